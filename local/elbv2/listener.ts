import { createServer, type IncomingMessage, type Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type ListenerAddress, PlayedListener } from "./played-listener.ts";
import type { ListenerProperties } from "./routing-properties.ts";
import type { Rule } from "./rule.ts";

export interface IncomingExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly upgrade?: { readonly socket: Duplex; readonly head: Buffer };
}

/** A listener of an Application Load Balancer: requests, and the rules in the order in which they are asked. */
export class Listener extends PlayedListener {
  readonly #http: Server;
  readonly #upgraded = new Set<Duplex>();

  constructor(
    arn: string,
    properties: ListenerProperties,
    address: ListenerAddress,
    defaultRule: Rule,
    idleTimeoutSeconds: number,
    onExchange: (listener: Listener, exchange: IncomingExchange) => void,
  ) {
    const http = createServer({
      keepAliveTimeout: idleTimeoutSeconds * 1000,
      // A request may take as long as data flows.
      requestTimeout: 0,
    });
    super(arn, properties, address, defaultRule, http);
    this.#http = http;
    http.on("request", (request, response) => onExchange(this, { request, response }));
    http.on("upgrade", (request, socket, head) => {
      this.#upgraded.add(socket);
      socket.once("close", () => this.#upgraded.delete(socket));
      const response = new ServerResponse(request);
      response.shouldKeepAlive = false;
      response.assignSocket(request.socket);
      response.once("finish", () => socket.end());
      onExchange(this, { request, response, upgrade: { socket, head } });
    });
  }

  protected dropConnections(): void {
    this.#http.closeAllConnections();
    for (const socket of this.#upgraded) socket.destroy();
  }
}
