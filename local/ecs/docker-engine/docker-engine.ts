import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, realpathSync } from "node:fs";
import type Docker from "dockerode";
import { addContainerProcess } from "../../gateway/workload-connection.ts";
import {
  CannotPullContainerError,
  CannotStartContainerError,
  type ContainerEngine,
  type ContainerSpec,
} from "../container-engine.ts";
import { choosePorts, releasePorts } from "../host-ports.ts";
import { overLimit } from "../process-engine/container-watch.ts";
import type { ImageStore } from "../process-engine/image-store.ts";
import { containerOptions, OWNER_LABEL } from "./container-options.ts";
import { DockerContainer, demultiplex } from "./docker-container.ts";
import { buildImage, ImageBuildError, pullImage } from "./image-builder.ts";

export interface DockerEngineOptions {
  readonly images: ImageStore;
  /** From `connectDocker`. */
  readonly connection: DockerConnection;
  /** State folder; containers are told by it whose they are. */
  readonly directory: string;
  readonly log: (message: string) => void;
}

/** An engine that answers. */
export interface DockerConnection {
  readonly docker: Docker;
  readonly cpus: number;
  readonly reportsOutOfMemory: boolean;
}

interface PulledImage {
  /** What the engine knows it by. */
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Runs containers by any engine that speaks the Docker API. Image assets of the CDK app are built, other images
 * pulled. Limits, users, read-only root file systems and capabilities are the kernel's to enforce.
 *
 * Containers share this machine's network, so that they find the endpoint where it is. A container whose
 * environment says `PORT=P` for a container port P gets a free port in PORT instead, and HOST=127.0.0.1 beside it.
 */
export function createDockerEngine(options: DockerEngineOptions): ContainerEngine {
  const { connection, log } = options;
  const { docker, cpus, reportsOutOfMemory } = connection;
  mkdirSync(options.directory, { recursive: true });
  const owner = createHash("sha256").update(realpathSync(options.directory)).digest("hex").slice(0, 32);
  const images = new Map<string, Promise<PulledImage>>();
  const closing = new AbortController();
  const running = new Map<DockerContainer, ContainerSpec>();

  const pull = (reference: string): Promise<PulledImage> => {
    const known = images.get(reference);
    if (known) return known;
    const pulled = obtain(docker, options, reference, closing.signal);
    images.set(reference, pulled);
    // What failed is tried again by the next task.
    pulled.catch(() => images.delete(reference));
    return pulled;
  };

  /** One container alone is held by its own limit; several share their task's. */
  const holdTaskLimits = () => {
    const watched = [...running].map(([container, { taskId, taskMemoryLimitMiB }]) => ({
      ...{ container, taskId, taskMemoryLimitMiB },
      usage: container.stats(),
    }));
    for (const { container } of overLimit(watched)) container.killForMemory();
  };

  return {
    name: "docker",
    async pull(reference) {
      await pull(reference);
    },
    async warmUp(references) {
      await Promise.allSettled(references.map(pull));
    },
    async start(spec) {
      const image = await pull(spec.image);
      const ports = await choosePorts(spec, image.environment);
      try {
        for (const { hostPath } of spec.mounts) openToAll(hostPath);
        const container = await docker.createContainer(
          containerOptions(spec, { image: image.name, owner, cpus }, ports),
        );
        try {
          const attached = await container.attach({ stream: true, stdout: true, stderr: true, hijack: true });
          const output = demultiplex(docker, attached, spec.onOutput);
          const exit = container.wait({ condition: "next-exit" }) as Promise<{ StatusCode: number }>;
          exit.catch(() => {});
          await container.start();
          const started = new DockerContainer({
            ...{ docker, container, ports, reportsOutOfMemory, exit, output, log },
            onStats: holdTaskLimits,
          });
          running.set(started, spec);
          const forgetProcess = addContainerProcess((await container.inspect()).State.Pid);
          void started.wait().then(() => {
            running.delete(started);
            forgetProcess();
          });
          return started;
        } catch (error) {
          await container.remove({ force: true, v: true }).catch(() => {});
          throw error;
        }
      } catch (cause) {
        releasePorts(ports);
        throw new CannotStartContainerError(messageOf(cause), cause);
      }
    },
    async sweep() {
      const left = await docker.listContainers({
        all: true,
        filters: { label: [`${OWNER_LABEL}=${owner}`] },
      });
      await Promise.all(left.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })));
    },
    async close() {
      closing.abort();
    },
  };
}

/** @throws CannotPullContainerError */
async function obtain(
  docker: Docker,
  { images, log }: DockerEngineOptions,
  reference: string,
  signal: AbortSignal,
): Promise<PulledImage> {
  try {
    const asset = images.resolve(reference);
    const name = asset ? await buildImage(docker, asset, { log, signal }) : reference;
    if (!asset) await pullImage(docker, name, signal);
    const { Config } = await docker.getImage(name).inspect();
    return { name, environment: variables(Config.Env ?? []) };
  } catch (cause) {
    if (cause instanceof ImageBuildError && cause.output !== "") {
      log(`docker: ${reference} cannot be built:\n${cause.output}`);
    }
    throw new CannotPullContainerError(reference, `${reference}: ${messageOf(cause)}`, cause);
  }
}

function variables(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );
}

/** A volume's folder is made by the runtime's user; the container's may be any other. */
function openToAll(directory: string): void {
  try {
    chmodSync(directory, 0o777);
  } catch {
    // Somebody else's already: as open as its owner made it.
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
