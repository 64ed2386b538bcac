import type { Lane, Pipeline, TaskSize } from "./pipeline.ts";

/** The pipeline that takes what no other pipeline takes. */
export const GENERIC_PIPELINE = "generic";

/**
 * The pipeline that owns a key: the first whose prefix and suffix fit, else `generic`.
 * Rules in EventBridge cannot say "none of these endings, whatever their case", so that a consumer of the
 * generic pipeline asks this function before it takes a job that another pipeline has as well.
 */
export function pipelineForKey(pipelines: readonly Pipeline[], key: string): Pipeline | undefined {
  return (
    pipelines.find((candidate) => candidate.name !== GENERIC_PIPELINE && takesKey(candidate, key)) ??
    pipelines.find((candidate) => candidate.name === GENERIC_PIPELINE)
  );
}

/** Whether a pipeline's own prefix and suffixes fit a key. */
export function takesKey(pipeline: Pipeline, key: string): boolean {
  const lowerKey = key.toLowerCase();
  return (
    key.startsWith(pipeline.prefix) &&
    (pipeline.suffixes.length === 0 ||
      pipeline.suffixes.some((suffix) => lowerKey.endsWith(suffix.toLowerCase())))
  );
}

/** The lane of an object of `sizeBytes`: a task of its own above the pipeline's threshold; at 0 for empty ones too. */
export function laneFor({ dedicatedAboveBytes }: Pipeline, sizeBytes: number): Lane {
  return dedicatedAboveBytes === 0 || sizeBytes > dedicatedAboveBytes ? "dedicated" : "pooled";
}

/** The task size for an object of `sizeBytes`. */
export function taskSizeFor(pipeline: Pipeline, sizeBytes: number): TaskSize {
  const step = pipeline.sizes.find(({ upToBytes }) => upToBytes !== undefined && sizeBytes <= upToBytes);
  const chosen = step ?? pipeline.sizes.at(-1);
  if (!chosen) throw new RangeError(`Pipeline ${pipeline.name} has no task sizes`);
  return chosen.size;
}
