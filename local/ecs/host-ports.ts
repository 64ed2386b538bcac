import type { ContainerSpec, RunningContainer } from "./container-engine.ts";
import { freePort, releasePort } from "./free-port.ts";

/**
 * Container port to port of this machine, for those that the container lets us choose: where its environment says
 * `PORT=P` for a container port P. All containers share this machine's loopback address.
 */
export async function choosePorts(
  spec: Pick<ContainerSpec, "ports" | "environment">,
  imageEnvironment: Readonly<Record<string, string>>,
): Promise<Map<number, number>> {
  const declared = Number(spec.environment.PORT ?? imageEnvironment.PORT);
  return new Map(spec.ports.includes(declared) ? [[declared, await freePort()]] : []);
}

/** Lets others have the ports that were chosen. */
export function releasePorts(ports: ReadonlyMap<number, number>): void {
  for (const port of ports.values()) releasePort(port);
}

/** A health check names the container's port, which may be another one on this machine. */
export function withHostPorts(
  command: readonly string[],
  container: Pick<RunningContainer, "hostPort">,
): string[] {
  return command.map((argument) =>
    argument.replace(
      /(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]):(\d+)\b/g,
      (_match, host: string, port: string) => `${host}:${container.hostPort(Number(port))}`,
    ),
  );
}
