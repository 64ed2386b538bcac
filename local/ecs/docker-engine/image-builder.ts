import { readdirSync } from "node:fs";
import type Docker from "dockerode";
import type { ImageBuildOptions } from "dockerode";
import { z } from "zod";
import type { ImageSource } from "../process-engine/image-store.ts";

/** Name of the images that are built here. */
const REPOSITORY = "longshore-asset";

/** One message of the engine while it builds or pulls. */
const progress = z.looseObject({
  stream: z.string().optional(),
  status: z.string().optional(),
  error: z.string().optional(),
});

export interface BuildContext {
  readonly log: (message: string) => void;
  /** Ends builds that nobody waits for any more. */
  readonly signal: AbortSignal;
}

/** An image could not be built; `output` is all that the build said. */
export class ImageBuildError extends Error {
  readonly output: string;

  constructor(why: string, output: string) {
    super(why);
    this.name = "ImageBuildError";
    this.output = output;
  }
}

/**
 * Builds an image asset unless an image of its hash is there. @returns the image's name
 * @throws ImageBuildError
 */
export async function buildImage(
  docker: Docker,
  source: ImageSource,
  { log, signal }: BuildContext,
): Promise<string> {
  const name = `${REPOSITORY}:${source.hash ?? "unversioned"}`;
  if (source.hash !== undefined && (await hasImage(docker, name))) return name;
  const began = performance.now();
  log(`docker: building ${source.dockerfile} …`);
  const stream = await docker.buildImage(
    { context: source.contextDirectory, src: readdirSync(source.contextDirectory) },
    {
      ...buildOptions(
        source,
        source.hash === undefined ? undefined : name,
        process.env.LONGSHORE_BUILD_NETWORK,
      ),
      abortSignal: signal,
    },
  );
  const { id, output } = await follow(docker, stream);
  log(`docker: built ${source.dockerfile} in ${Math.round((performance.now() - began) / 1000)} s`);
  if (source.hash !== undefined) return name;
  if (id === undefined) throw new ImageBuildError("the engine did not say which image it built", output);
  return id;
}

/** @param network instead of the asset's own, where RUN steps reach their sources over this machine's network only */
export function buildOptions(
  source: ImageSource,
  name: string | undefined,
  network: string | undefined,
): ImageBuildOptions {
  const networkMode = network || source.networkMode;
  return {
    dockerfile: source.dockerfile,
    ...(name === undefined ? {} : { t: name }),
    ...(source.buildArgs ? { buildargs: { ...source.buildArgs } } : {}),
    ...(source.target ? { target: source.target } : {}),
    ...(source.platform ? { platform: source.platform } : {}),
    ...(networkMode ? { networkmode: networkMode } : {}),
    // Layers of steps that failed are of no use.
    forcerm: true,
  };
}

/** Pulls an image of a registry. @throws Error with the registry's words */
export async function pullImage(docker: Docker, name: string, signal: AbortSignal): Promise<void> {
  if (await hasImage(docker, name)) return;
  await follow(docker, await docker.pull(name, { abortSignal: signal }));
}

async function hasImage(docker: Docker, name: string): Promise<boolean> {
  try {
    await docker.getImage(name).inspect();
    return true;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return false;
    throw error;
  }
}

/** Reads the engine's messages to their end. @throws ImageBuildError when one of them is an error */
async function follow(
  docker: Docker,
  stream: NodeJS.ReadableStream,
): Promise<{ id: string | undefined; output: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown[]>();
  docker.modem.followProgress(stream, (error: Error | null, messages: unknown[]) =>
    error ? reject(error) : resolve(messages),
  );
  const collected: string[] = [];
  try {
    for (const message of await promise) {
      const { stream: text, status, error } = progress.parse(message);
      collected.push(text ?? status ?? error ?? "");
      if (error !== undefined) throw new Error(error);
    }
  } catch (cause) {
    throw new ImageBuildError(cause instanceof Error ? cause.message : String(cause), collected.join(""));
  }
  const output = collected.join("");
  return { id: /Successfully built (?:sha256:)?([0-9a-f]{12,64})/.exec(output)?.[1], output };
}
