import * as z from "zod";
import { capacityProvider, taskSize } from "../pipeline.ts";

/**
 * States of a job. `accepted`: known, nothing started. `queued`: a launch was refused and waits.
 * `launched`: RunTask has made a task. `running`: a task holds it. The other three are final.
 */
export const jobStatus = z.enum([
  "accepted",
  "queued",
  "launched",
  "running",
  "succeeded",
  "failed",
  "superseded",
]);
export type JobStatus = z.infer<typeof jobStatus>;

/** From each state, the states that may follow. */
export const JOB_TRANSITIONS: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  accepted: ["queued", "launched", "running", "failed", "superseded"],
  queued: ["queued", "launched", "running", "failed", "superseded"],
  launched: ["queued", "running", "succeeded", "failed", "superseded"],
  running: ["queued", "running", "succeeded", "failed", "superseded"],
  succeeded: [],
  failed: [],
  superseded: [],
};

export const FINAL_STATUSES = jobStatus.options.filter((status) => JOB_TRANSITIONS[status].length === 0);
export const OPEN_STATUSES = jobStatus.options.filter((status) => JOB_TRANSITIONS[status].length > 0);

/** The states from which `to` can be reached. */
export function statusesBefore(to: JobStatus): JobStatus[] {
  return jobStatus.options.filter((from) => JOB_TRANSITIONS[from].includes(to));
}

/** Why a job failed, in one word that alerts, filters and reports use. */
export const failureCause = z.enum([
  "object-gone",
  "object-changed",
  "unreadable",
  "container-error",
  "out-of-memory",
  "disk-full",
  "cannot-pull",
  "initialization",
  "infrastructure",
  "unhealthy",
  "spot",
  "timeout",
  "stopped",
  "launch-refused",
  "configuration",
  "attempts-exhausted",
]);
export type FailureCause = z.infer<typeof failureCause>;

/** The one partition of the index `byDeadline`; launches are held to a rate that one partition takes easily. */
export const WATCHED = "dedicated";

/** A short fact for people, such as the row count. */
export const keyFacts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
export type KeyFacts = z.infer<typeof keyFacts>;

/** A task that a dedicated job has had, as ECS reported its end: what the job's cost follows from. */
export const taskUse = taskSize.extend({
  capacity: capacityProvider,
  /** Milliseconds from the pull of its image to its end. */
  ms: z.int().nonnegative(),
});
export type TaskUse = z.infer<typeof taskUse>;

/** What a job's tasks have cost so far. */
export const jobSpending = z.object({
  /** Milliseconds of tasks: of its own as they are billed, for a pooled job its share of a worker's. */
  taskMs: z.int().nonnegative(),
  /** Billionths of a dollar. */
  cost: z.int().nonnegative(),
  /** Region and date of the prices. */
  prices: z.string(),
});
export type JobSpending = z.infer<typeof jobSpending>;

/** The item in the jobs table, without the keys of its indexes; `jobId` is its partition key. Times are ISO 8601 in UTC. */
export const jobItem = z.object({
  jobId: z.string(),
  status: jobStatus,
  pipeline: z.string(),
  lane: z.enum(["pooled", "dedicated"]),
  bucket: z.string(),
  key: z.string(),
  versionId: z.string().optional(),
  etag: z.string(),
  /** Bytes. */
  size: z.int().nonnegative(),
  sequencer: z.string(),
  attempt: z.int().min(0),
  /**
   * Attempts that do not count against its pipeline's `maxAttempts`: those before an administrator had the job tried
   * again, and of a pooled job those that faults of AWS itself ended.
   */
  attemptsBefore: z.int().min(0).optional(),
  /** The task that holds the job: with `attempt` the fencing token. */
  taskArn: z.string().optional(),
  /** Until when the holder of a pooled job may be believed alive. */
  leaseUntil: z.string().optional(),
  /** While a task of its own has the job: when that task is stopped for taking too long. */
  deadline: z.string().optional(),
  /** There as long as `deadline` is: partition of the sparse index `byDeadline`. */
  watch: z.literal(WATCHED).optional(),
  createdAt: z.string(),
  updatedAt: z.string(),
  startedAt: z.string().optional(),
  finishedAt: z.string().optional(),
  /** While `queued`: what the job waits for. */
  waitingFor: z.string().optional(),
  /** While `running`: how far it has come. */
  progress: z.object({ percent: z.number().min(0).max(100), step: z.string() }).optional(),
  /** The job of the newer version that took this one's place. */
  supersededBy: z.string().optional(),
  facts: keyFacts.optional(),
  result: z.object({ bucket: z.string(), key: z.string() }).optional(),
  failure: z.object({ cause: failureCause, message: z.string() }).optional(),
  /** Of a dedicated job: the tasks that it has had and that have stopped, by task id. */
  tasks: z.record(z.string(), taskUse).optional(),
  ...jobSpending.partial().shape,
});
export type JobItem = z.infer<typeof jobItem>;

/** The hour that an instant belongs to: `2026-11-22T13`. */
export function hourOf(isoTime: string): string {
  return isoTime.slice(0, 13);
}
