import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { HostError } from "../listen-host.ts";
import { AwsError } from "../wire/aws-error.ts";
import { readBody } from "../wire/body.ts";
import type { Authorize, CallContext, Caller, GatewayService, Signer } from "../wire/service.ts";
import { sendError } from "./send-error.ts";
import { serviceNameOf } from "./service-name.ts";
import { isFromWorkload } from "./workload-connection.ts";

/** Paths of the runtime itself; no bucket name can begin with an underscore. */
export const INTERNAL_PREFIX = "/_longshore/";

/** What the gateway opens to. */
export interface GatewayHandlers {
  readonly services: readonly GatewayService[];
  /**
   * Who signed a request.
   * @param body of all services but S3, whose bodies are streamed and signed for in a header
   * @throws AwsError when the signature does not hold
   */
  readonly identify: (request: IncomingMessage, body: Buffer | undefined) => Caller;
  /** Who signed for a part of a request. @throws AwsError when the key or its token is not valid any more */
  readonly identifySigner: (signer: Signer) => Caller;
  /** Decides whether a caller may do what it asks for. @throws AwsError in the service's words when it may not */
  readonly authorize: (call: AuthorizedCall) => void;
  /** What a service answers to a key that does not exist. */
  readonly unknownKey: (service: string) => AwsError;
  /**
   * Lets faults on demand at a call before its service sees it; undefined when there is none.
   * @throws AwsError that the call is to be refused with
   */
  readonly intercept?: (call: InterceptedCall) => Promise<void> | undefined;
  /** Answers requests under `INTERNAL_PREFIX`; false when it does not know the path. */
  readonly internal: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** One call whose signature holds, before its service sees it. */
export interface InterceptedCall {
  readonly service: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Of all services but S3. */
  readonly body: Buffer | undefined;
  readonly context: CallContext;
}

/** One call, as its service has read it. */
export interface AuthorizedCall {
  readonly caller: Caller;
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
  readonly sourceIp: string | undefined;
  readonly userAgent: string | undefined;
}

export interface Gateway {
  /** Takes the port; requests are answered with 503 until `open`. @throws PortInUseError @throws HostError */
  listen(port: number, host: string): Promise<{ port: number; host: string }>;
  open(handlers: GatewayHandlers): void;
  /** Takes no more requests, ends long polls, and waits for the others. */
  close(): Promise<void>;
}

/** A port that the runtime was asked to listen on belongs to another process. */
export class PortInUseError extends Error {
  readonly port: number;

  constructor(port: number, flag: string, cause: unknown) {
    super(`Port ${port} is in use by another process; stop that one, or choose another port with ${flag}`, {
      cause,
    });
    this.name = "PortInUseError";
    this.port = port;
  }
}

/** The one endpoint: finds out who asks and for which service, and hands the request on. */
export function createGateway(log: (line: string) => void): Gateway {
  let handlers: GatewayHandlers | undefined;
  const services = new Map<string, GatewayService>();
  const underWay = new Set<AbortController>();
  let draining = false;

  const server = createServer((request, response) => {
    void answer(request, response);
  });
  // Long polls of 20 s and uploads of any length are normal here.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 65_000;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    const gone = new AbortController();
    underWay.add(gone);
    response.once("close", () => {
      underWay.delete(gone);
      gone.abort();
    });
    const name = serviceNameOf(request);
    try {
      if (!handlers) throw unavailable("starting");
      if (request.url?.startsWith(INTERNAL_PREFIX) && handlers.internal(request, response)) return;
      if (draining) throw unavailable("stopping");
      const service = services.get(name);
      if (!service) throw unknownService(name, services);
      const body = name === "s3" ? undefined : await readBody(request);
      const caller = isPreflight(name, request)
        ? NOBODY
        : notMadeUp(handlers, name, request, handlers.identify(request, body));
      if (caller.kind === "anonymous" && !mayBeAnonymous(name, request)) throw unsigned(name);
      const authorize = authorizeFor(handlers, name, request, caller);
      const context = { caller, requestId, signal: gone.signal, authorize };
      const fault = handlers.intercept?.({ service: name, request, response, body, context });
      if (fault) await fault;
      await service.handle(request, response, context);
    } catch (error) {
      const known = error instanceof AwsError ? error : internalFailure(error, request, name);
      sendError(request, response, name, known, requestId);
    }
  }

  function internalFailure(error: unknown, request: IncomingMessage, name: string): AwsError {
    log(`${name} ${request.method} ${request.url}: ${error instanceof Error ? error.stack : error}`);
    return new AwsError(name === "s3" ? "InternalError" : "InternalFailure", describe(error), {
      statusCode: 500,
      cause: error,
    });
  }

  return {
    open(given) {
      handlers = given;
      for (const service of given.services) {
        for (const name of service.signingNames) services.set(name, service);
      }
    },
    async listen(port, host) {
      await new Promise<void>((resolve, reject) => {
        server.once("error", (error: NodeJS.ErrnoException) => reject(listenError(error, port, host)));
        server.listen(port, host, resolve);
      });
      const address = server.address() as AddressInfo;
      return { port: address.port, host };
    },
    async close() {
      draining = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const controller of underWay) controller.abort();
      server.closeIdleConnections();
      const stragglers = setTimeout(() => server.closeAllConnections(), 5_000);
      await closed;
      clearTimeout(stragglers);
    },
  };
}

function listenError(error: NodeJS.ErrnoException, port: number, host: string): Error {
  if (error.code === "EADDRINUSE") return new PortInUseError(port, "--port", error);
  return error.code === "EADDRNOTAVAIL" ? new HostError(host, error) : error;
}

/** Any key is the administrator's, but not in the hands of a task or function: those sign with their role's. */
function notMadeUp(
  { unknownKey }: GatewayHandlers,
  service: string,
  { socket }: IncomingMessage,
  caller: Caller,
): Caller {
  if (caller.kind === "admin" && isFromWorkload(socket)) throw unknownKey(service);
  return caller;
}

function authorizeFor(
  handlers: GatewayHandlers,
  service: string,
  request: IncomingMessage,
  caller: Caller,
): Authorize {
  return (operation, input, signer) =>
    handlers.authorize({
      caller: signer ? notMadeUp(handlers, service, request, handlers.identifySigner(signer)) : caller,
      service,
      operation,
      input,
      sourceIp: request.socket.remoteAddress,
      userAgent: request.headers["user-agent"],
    });
}

const NOBODY: Caller = { kind: "anonymous", arn: "*" };

/**
 * What a browser asks before it sends to S3: nobody signs it, though it has the address, and so the signature, of the
 * presigned request that follows. Source: S3 user guide, "Using cross-origin resource sharing".
 */
function isPreflight(name: string, request: IncomingMessage): boolean {
  return name === "s3" && request.method === "OPTIONS";
}

/** Browser forms carry their signature inside; preflight requests have none. */
function mayBeAnonymous(name: string, request: IncomingMessage): boolean {
  if (name !== "s3") return false;
  const isForm = request.headers["content-type"]?.startsWith("multipart/form-data") ?? false;
  return isPreflight(name, request) || (request.method === "POST" && isForm);
}

function unsigned(name: string): AwsError {
  return name === "s3"
    ? new AwsError("AccessDenied", "Access Denied: the request is not signed", { statusCode: 403 })
    : new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token", {
        statusCode: 403,
      });
}

function unavailable(why: "starting" | "stopping"): AwsError {
  return new AwsError("ServiceUnavailable", `The local runtime is ${why}`, { statusCode: 503 });
}

function unknownService(name: string, services: ReadonlyMap<string, unknown>): AwsError {
  const played = [...services.keys()].sort().join(", ");
  return new AwsError(
    "NotImplemented",
    `Service "${name}" is not played by the local runtime; it plays ${played}`,
    {
      statusCode: 501,
    },
  );
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
