import { type JobItem, OPEN_STATUSES } from "../../../events/jobs/job.ts";
import type { Pipeline } from "../../../events/pipeline.ts";
import { judge, type Patience } from "./patience.ts";

/** How a stuck job is moved on. */
export type Remedy =
  /** The message that a rule would send to the jobs queue. */
  | { readonly kind: "message" }
  /** A request to the launch queue. */
  | { readonly kind: "launch"; readonly attempt: number }
  /** The deadline that its launch did not come to write down; past it the task is stopped. ISO 8601. */
  | { readonly kind: "watch"; readonly deadline: string };

export interface Patiences {
  readonly jobs: Patience;
  readonly launches: Patience;
}

/** What a task may take to be there, as `launch-upload` allows it. */
const START_ALLOWANCE_SECONDS = 300;

/**
 * What a job needs to move on; nothing while it moves by itself. Whatever is done may be one time too many: the job's
 * id and its conditional writes make it harmless.
 * @param now in milliseconds since the epoch
 */
export function remedyFor(
  job: JobItem,
  pipeline: Pipeline | undefined,
  now: number,
  patiences: Patiences,
): Remedy | undefined {
  if (!OPEN_STATUSES.includes(job.status) || !pipeline) return undefined;
  const since = (time: string) => now - Date.parse(time);
  if (job.lane === "pooled") {
    const waits = since(job.status === "running" ? (job.leaseUntil ?? job.updatedAt) : job.updatedAt);
    return judge(waits, patiences.jobs) === "lost" ? { kind: "message" } : undefined;
  }
  if (job.status === "accepted" || job.status === "queued") {
    const isLost = judge(since(job.updatedAt), patiences.launches) === "lost";
    return isLost ? { kind: "launch", attempt: job.attempt + 1 } : undefined;
  }
  // With a deadline, `stop-overdue` sees to it.
  if (job.status !== "running" || job.deadline !== undefined || job.startedAt === undefined) return undefined;
  const seconds = START_ALLOWANCE_SECONDS + pipeline.timeoutSeconds;
  return {
    kind: "watch",
    deadline: new Date(Date.parse(job.startedAt) + seconds * 1_000).toISOString(),
  };
}
