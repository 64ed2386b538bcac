import { createServer, type IncomingMessage, type Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { ListenerPortError } from "./errors.ts";
import type { ListenerProperties } from "./routing-properties.ts";
import type { Rule } from "./rule.ts";

export interface ListenerAddress {
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
}

export interface IncomingExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly upgrade?: { readonly socket: Duplex; readonly head: Buffer };
}

/** One listener: a port on this machine, and the rules in the order in which they are asked. */
export class Listener {
  readonly arn: string;
  readonly properties: ListenerProperties;
  readonly #address: ListenerAddress;
  readonly #server: Server;
  readonly #upgraded = new Set<Duplex>();
  #rules: readonly Rule[];

  constructor(
    arn: string,
    properties: ListenerProperties,
    address: ListenerAddress,
    defaultRule: Rule,
    idleTimeoutSeconds: number,
    onExchange: (listener: Listener, exchange: IncomingExchange) => void,
  ) {
    this.arn = arn;
    this.properties = properties;
    this.#address = address;
    this.#rules = [defaultRule];
    this.#server = createServer({
      keepAliveTimeout: idleTimeoutSeconds * 1000,
      // A request may take as long as data flows.
      requestTimeout: 0,
    });
    this.#server.on("request", (request, response) => onExchange(this, { request, response }));
    this.#server.on("upgrade", (request, socket, head) => {
      this.#upgraded.add(socket);
      socket.once("close", () => this.#upgraded.delete(socket));
      const response = new ServerResponse(request);
      response.shouldKeepAlive = false;
      response.assignSocket(request.socket);
      response.once("finish", () => socket.end());
      onExchange(this, { request, response, upgrade: { socket, head } });
    });
  }

  /** By priority, the default last. */
  get rules(): readonly Rule[] {
    return this.#rules;
  }

  /** Where the listener answers, once it is open. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    const { host } = this.#address;
    return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  }

  addRule(rule: Rule): void {
    this.#rules = [...this.#rules, rule].sort((a, b) => a.priority - b.priority);
  }

  /** @throws ListenerPortError when the port cannot be had */
  async open(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const refuse = (cause: NodeJS.ErrnoException) =>
        reject(new ListenerPortError(this.arn, this.#address, cause));
      this.#server.once("error", refuse);
      this.#server.listen(this.#address.port, this.#address.host, () => {
        this.#server.off("error", refuse);
        resolve();
      });
    });
  }

  /** Stops listening and ends every connection. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    for (const socket of this.#upgraded) socket.destroy();
    await closed;
  }
}
