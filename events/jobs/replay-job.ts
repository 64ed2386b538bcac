import type { JobItem } from "./job.ts";
import type { JobMessage } from "./job-message.ts";
import { applyWrite, type JobTable, type WriteOutcome } from "./job-table.ts";
import type { LaunchRequest } from "./launch-request.ts";
import { newJobOf, replayed } from "./transitions.ts";
import { type EventSender, jobMessageFor } from "./upload-event.ts";

/** Where a job is sent to be tried again. */
export interface ReplayQueues {
  /** To the jobs queue, for a worker. */
  readonly sendJob: (message: JobMessage) => Promise<void>;
  /** To the launch queue, for a task of its own. */
  readonly sendLaunch: (request: LaunchRequest) => Promise<void>;
}

/**
 * Has a failed job tried again: the state first, then the message. Should this end in between, the hourly batch finds
 * a job that waits for nothing and sends the message.
 * @returns not done when it had not failed, or somebody else was faster
 */
export async function replayJob(
  table: Omit<JobTable, "objectsTable">,
  job: JobItem,
  queues: ReplayQueues,
  sender: EventSender,
  now: Date,
): Promise<WriteOutcome> {
  const outcome = await applyWrite(table, replayed(job, now.toISOString()));
  if (!outcome.done) return outcome;
  if (job.lane === "pooled") await queues.sendJob(jobMessageFor(newJobOf(job), sender, now.getTime()));
  else await queues.sendLaunch(launchOf(job));
  return outcome;
}

/** The next attempt, with no less memory than its tasks have had: what ran out of it before would again. */
function launchOf(job: JobItem): LaunchRequest {
  const memory = Math.max(0, ...Object.values(job.tasks ?? {}).map(({ memoryMiB }) => memoryMiB));
  return {
    kind: "launch",
    job: newJobOf(job),
    attempt: job.attempt + 1,
    provider: 0,
    refusals: 0,
    ...(memory > 0 ? { memoryMiB: memory } : {}),
  };
}
