/** A listener's port on this machine cannot be had. */
export class ListenerPortError extends Error {
  readonly listenerArn: string;
  readonly host: string;
  readonly port: number;
  /** Whether another process listens there. */
  readonly inUse: boolean;

  constructor(
    listenerArn: string,
    address: { readonly host: string; readonly port: number },
    cause: NodeJS.ErrnoException,
  ) {
    const inUse = cause.code === "EADDRINUSE";
    const why = inUse ? "another process listens there" : cause.message;
    super(`Load balancer listener ${listenerArn} cannot listen on ${address.host}:${address.port}: ${why}`, {
      cause,
    });
    this.name = "ListenerPortError";
    this.listenerArn = listenerArn;
    this.host = address.host;
    this.port = address.port;
    this.inUse = inUse;
  }
}
