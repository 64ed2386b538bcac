import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { responseHeaders } from "./forwarded-headers.ts";
import { sendFault } from "./own-response.ts";
import type { Target } from "./target.ts";

/** Within this many milliseconds a target takes a connection, or the client gets 504. Source: ALB troubleshooting guide. */
const CONNECT_TIMEOUT_MS = 10_000;

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Names and values, flat. */
  readonly headers: string[];
  readonly target: Target;
  readonly idleTimeoutMs: number;
  /** Headers that the answer gets besides the target's own. */
  readonly extraResponseHeaders: readonly string[];
  /** For a change of protocol: the client's socket, and what it has sent already. */
  readonly upgrade?: { readonly socket: Duplex; readonly head: Buffer };
}

/** How an exchange ended: `target` when the target answered, else `load-balancer`. */
export interface ExchangeEnd {
  readonly answeredBy: "target" | "load-balancer";
  readonly status: number;
  /** Until the target's headers came. */
  readonly targetSeconds: number | undefined;
}

/** Passes a request to a target and its answer back, streaming both ways. @param onEnd called exactly once */
export function forward(exchange: Exchange, onEnd: (end: ExchangeEnd) => void): void {
  const { request, response, target } = exchange;
  const { signal, done } = target.begin();
  const began = performance.now();
  let end: ExchangeEnd = { answeredBy: "load-balancer", status: 460, targetSeconds: undefined };
  let tunnelled = false;

  const outgoing = httpRequest({
    host: target.address.host,
    port: target.address.port,
    method: request.method ?? "GET",
    path: request.url ?? "/",
    headers: exchange.headers,
    agent: exchange.upgrade ? false : target.agent,
    signal,
  });

  const finish = () => {
    done();
    onEnd(end);
  };
  const fault = (status: number, why: string) => {
    if (response.headersSent) {
      response.destroy();
    } else {
      end = { ...end, status };
      sendFault(response, status, why);
    }
    outgoing.destroy();
  };
  const answered = (status: number) => {
    end = { answeredBy: "target", status, targetSeconds: (performance.now() - began) / 1000 };
  };

  outgoing.on("socket", (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(
      () => fault(504, "The target did not take the connection in time."),
      CONNECT_TIMEOUT_MS,
    );
    socket.once("connect", () => clearTimeout(timer));
    socket.once("close", () => clearTimeout(timer));
  });
  outgoing.on("response", (incoming) => {
    answered(incoming.statusCode ?? 502);
    response.writeHead(incoming.statusCode ?? 502, incoming.statusMessage ?? "", [
      ...responseHeaders(incoming.rawHeaders),
      ...exchange.extraResponseHeaders,
    ]);
    response.flushHeaders();
    incoming.on("error", () => response.destroy());
    incoming.pipe(response);
  });
  outgoing.on("upgrade", (incoming, socket: Socket, head) => {
    answered(101);
    tunnelled = true;
    if (exchange.upgrade) {
      response.detachSocket(request.socket);
      tunnel({ exchange, client: exchange.upgrade, agreed: incoming, target: socket, head, signal }, finish);
    } else {
      socket.destroy();
    }
  });
  outgoing.on("error", () => {
    if (!response.writableEnded) fault(502, "The target closed the connection without an answer.");
  });

  response.setTimeout(exchange.idleTimeoutMs, () =>
    fault(504, "The target did not answer within the idle timeout."),
  );
  response.once("close", () => {
    if (tunnelled) return;
    if (!response.writableFinished) outgoing.destroy();
    finish();
  });
  request.on("error", () => outgoing.destroy());
  if (exchange.upgrade) outgoing.end();
  else request.pipe(outgoing);
}

interface Tunnel {
  readonly exchange: Exchange;
  readonly client: { readonly socket: Duplex; readonly head: Buffer };
  readonly agreed: IncomingMessage;
  readonly target: Socket;
  /** What the target has sent already. */
  readonly head: Buffer;
  readonly signal: AbortSignal;
}

/** Joins the client's socket and the target's once both have agreed on another protocol. */
function tunnel({ exchange, client, agreed, target, head, signal }: Tunnel, onEnd: () => void): void {
  const lines = [`HTTP/1.1 101 ${agreed.statusMessage ?? "Switching Protocols"}`];
  for (let index = 0; index < agreed.rawHeaders.length; index += 2) {
    lines.push(`${agreed.rawHeaders[index]}: ${agreed.rawHeaders[index + 1]}`);
  }
  client.socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  client.socket.write(head);
  target.write(client.head);
  const close = () => {
    client.socket.destroy();
    target.destroy();
  };
  target.setTimeout(exchange.idleTimeoutMs, close);
  signal.addEventListener("abort", close, { once: true });
  client.socket.on("error", close).once("close", close);
  target.on("error", close).once("close", () => {
    close();
    onEnd();
  });
  client.socket.pipe(target).pipe(client.socket);
}
