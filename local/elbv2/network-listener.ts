import { connect, createServer, type Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import { type ListenerAddress, PlayedListener } from "./played-listener.ts";
import type { ListenerProperties } from "./routing-properties.ts";
import type { Rule } from "./rule.ts";
import type { Target } from "./target.ts";
import type { TargetGroup } from "./target-group.ts";

/** A listener of a Network Load Balancer: passes each connection on to one target, byte for byte. */
export class NetworkListener extends PlayedListener {
  readonly #sockets: Set<Socket>;

  constructor(
    arn: string,
    properties: ListenerProperties,
    address: ListenerAddress,
    defaultRule: Rule,
    targetGroup: (arn: string) => TargetGroup,
  ) {
    const sockets = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      // A client that goes away is no fault of anybody here.
      socket.on("error", () => {});
      const chosen = this.rules[0]?.nextTargetGroupArn();
      const target = chosen === undefined ? undefined : targetGroup(chosen).pick(undefined);
      if (target) void passOn(socket, target);
      // As on AWS, a connection that no target can take is reset.
      else socket.resetAndDestroy();
    });
    super(arn, properties, address, defaultRule, server);
    this.#sockets = sockets;
  }

  protected dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

async function passOn(client: Socket, target: Target): Promise<void> {
  const { signal, done } = target.begin();
  const upstream = connect({ ...target.address, allowHalfOpen: true });
  try {
    await Promise.all([pipeline(client, upstream, { signal }), pipeline(upstream, client, { signal })]);
  } catch {
    // Either side broke off: the other one is told by a reset.
    client.resetAndDestroy();
    upstream.destroy();
  } finally {
    done();
  }
}
