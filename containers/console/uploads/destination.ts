import type { Lane, Pipeline } from "../../../events/pipeline.ts";
import { laneFor, pipelineForKey } from "../../../events/routing.ts";
import { Problem, shown } from "../problem.ts";
import { objectKeyFor } from "./object-key.ts";

export interface UploadRules {
  readonly bucket: string;
  readonly pipelines: readonly Pipeline[];
  /** Bytes of a file at most. */
  readonly maxBytes: number;
}

/** Where an upload goes, and what takes it from there. */
export interface Destination {
  readonly bucket: string;
  readonly key: string;
  readonly pipeline: string;
  readonly lane: Lane;
}

/** @throws Problem 413 for a file that is too large, 422 for a name that no key or no pipeline takes */
export function destinationFor(
  { bucket, pipelines, maxBytes }: UploadRules,
  { name, size }: { readonly name: string; readonly size: number },
  now: Date,
): Destination {
  if (size > maxBytes) {
    throw new Problem(
      413,
      "size",
      String(size),
      `a file has at most ${maxBytes} bytes here (${gibibytes(maxBytes)})`,
    );
  }
  const key = objectKeyFor(name, now);
  const pipeline = pipelineForKey(pipelines, key);
  if (!pipeline) {
    const endings = pipelines.flatMap(({ suffixes }) => suffixes).join(", ");
    throw new Problem(422, "name", shown(name), `no pipeline takes it; they take ${endings}`);
  }
  return { bucket, key, pipeline: pipeline.name, lane: laneFor(pipeline, size) };
}

export function gibibytes(bytes: number): string {
  return `${Number((bytes / 1024 ** 3).toFixed(1))} GiB`;
}
