import type { AddressInfo, Server } from "node:net";
import { listenHost } from "../listen-host.ts";
import { ListenerPortError } from "./errors.ts";
import type { ListenerProperties } from "./routing-properties.ts";
import type { Rule } from "./rule.ts";

export interface ListenerAddress {
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
}

/** One listener of any kind of load balancer: a port on this machine. */
export abstract class PlayedListener {
  readonly arn: string;
  readonly properties: ListenerProperties;
  readonly #address: ListenerAddress;
  readonly #server: Server;
  #rules: readonly Rule[];

  constructor(
    arn: string,
    properties: ListenerProperties,
    address: ListenerAddress,
    defaultRule: Rule,
    server: Server,
  ) {
    this.arn = arn;
    this.properties = properties;
    this.#address = address;
    this.#rules = [defaultRule];
    this.#server = server;
  }

  /** By priority, the default last. */
  get rules(): readonly Rule[] {
    return this.#rules;
  }

  /** Where the listener answers, once it is open. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://${listenHost(this.#address.host).name}:${port}`;
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
    this.dropConnections();
    await closed;
  }

  protected abstract dropConnections(): void;
}
