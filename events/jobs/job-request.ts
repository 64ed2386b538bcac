import * as z from "zod";

/** The environment variable in which a dedicated task finds its job, as JSON of `jobRequest`. */
export const JOB_VARIABLE = "LONGSHORE_JOB";

/**
 * The task contract: what a container is asked to do. It reads the object with any AWS SDK, writes its result
 * document to `result`, and exits 0. It must ignore members that it does not know.
 */
export const jobRequest = z.object({
  /** Version of this contract. */
  contract: z.literal(1),
  jobId: z.string().regex(/^[0-9a-f]{64}$/),
  pipeline: z.string(),
  /** Counts from 1. */
  attempt: z.int().min(1),
  object: z.object({
    bucket: z.string(),
    key: z.string(),
    /** Read this version when it is there. */
    versionId: z.string().optional(),
    etag: z.string(),
    /** Bytes. */
    size: z.int().nonnegative(),
    sequencer: z.string(),
  }),
  /** Attempts that the job's pipeline allows in all: a container may say of its last one why the job has failed. */
  maxAttempts: z.int().min(1).optional(),
  /** Seconds after its launch at which the task is stopped, and the job counted as failed, if it still runs. */
  timeoutSeconds: z.int().positive().optional(),
  /** Where the result document goes; unlike for every attempt, so that none overwrites another's. */
  result: z.object({ bucket: z.string(), key: z.string() }),
});
export type JobRequest = z.infer<typeof jobRequest>;

/** The key of an attempt's result document in the results bucket. */
export function resultKeyFor(pipeline: string, jobId: string, attempt: number): string {
  return `${pipeline}/${jobId}/${attempt}/result.json`;
}
