import { isIP } from "node:net";

/** An address to listen on, and what others call it by. */
export interface ListenHost {
  /** What the port is opened on. */
  readonly address: string;
  /** As URLs have it, for whoever is on this machine: all addresses together have none that can be called. */
  readonly name: string;
  readonly isLoopback: boolean;
}

/** What was given is no address of this machine. */
export class HostError extends Error {
  readonly host: string;

  constructor(host: string, cause?: unknown) {
    super(
      `${host} is no IP address of this machine; --host takes one of its own, or 0.0.0.0 for all of them`,
      {
        cause,
      },
    );
    this.name = "HostError";
    this.host = host;
  }
}

const ALL: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };

/** @throws HostError for anything but an IP address */
export function listenHost(host: string): ListenHost {
  const version = isIP(host);
  if (version === 0) throw new HostError(host);
  const reached = ALL[host] ?? host;
  return {
    address: host,
    name: reached.includes(":") ? `[${reached}]` : reached,
    isLoopback: version === 4 ? host.startsWith("127.") : host === "::1",
  };
}
