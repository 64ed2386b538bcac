import { z } from "zod";
import type { DockerConnection } from "./docker-engine.ts";

/** No engine answers where one was looked for. */
export class EngineUnreachableError extends Error {
  constructor(cause: unknown) {
    const where = process.env.DOCKER_HOST ?? "Docker's usual socket";
    const why = cause instanceof Error ? cause.message : String(cause);
    super(
      `No container engine answers at ${where} (${why}); start one, name another in DOCKER_HOST, or leave out --engine docker`,
      { cause },
    );
    this.name = "EngineUnreachableError";
  }
}

const info = z.looseObject({ NCPU: z.number().min(1) });
const version = z.looseObject({ Components: z.array(z.looseObject({ Name: z.string() })).default([]) });

/** The engine that DOCKER_HOST names, or Docker's own. @throws EngineUnreachableError */
export async function connectDocker(): Promise<DockerConnection> {
  try {
    // Loaded on demand: the process engine has no use for it.
    const { default: Docker } = await import("dockerode");
    const docker = new Docker();
    const { NCPU: cpus } = info.parse(await docker.info());
    const { Components } = version.parse(await docker.version());
    const reportsOutOfMemory = !Components.some(({ Name }) => /podman/i.test(Name));
    return { docker, cpus, reportsOutOfMemory };
  } catch (cause) {
    throw new EngineUnreachableError(cause);
  }
}
