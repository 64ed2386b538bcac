import { setTimeout as sleep } from "node:timers/promises";
import type { JobRequest } from "../../events/jobs/job-request.ts";
import { applyWrite, type JobTable, supersedeOlder, type WriteOutcome } from "../../events/jobs/job-table.ts";
import {
  failed,
  type Holder,
  type NewJob,
  startDedicated,
  succeeded,
} from "../../events/jobs/transitions.ts";
import type { JobCheckpoint } from "./checkpoint/checkpoint.ts";
import { asJobError, JobError } from "./job-error.ts";
import type { Log } from "./log.ts";
import { type ObjectProcessor, processObject } from "./process-object.ts";
import { progressWriter } from "./progress-writer.ts";

/** What a task with one job needs. */
export interface DedicatedTask extends ObjectProcessor {
  readonly table: JobTable;
  readonly job: JobRequest;
  readonly taskArn: string;
  readonly checkpoint: JobCheckpoint;
  /** Attempts that the job's pipeline allows in all. */
  readonly maxAttempts: number;
  readonly log: Log;
}

/** What the kernel's own verdict looks like to ECS; the next attempt gets more memory. */
const OUT_OF_MEMORY_EXIT = 137;

/**
 * Does the one job of a dedicated task.
 * @returns the exit code: 0 when there is nothing left to do, 137 when memory ran out, 1 when the attempt failed. One that another
 * may mend leaves its job open: what follows is decided when ECS reports that the task stopped.
 */
export async function runDedicated(task: DedicatedTask): Promise<number> {
  const { table, job, checkpoint } = task;
  const holder: Holder = { taskArn: task.taskArn, attempt: job.attempt };
  const log = task.log.with({ jobId: job.jobId, attempt: job.attempt, key: job.object.key });
  let { maxAttempts } = task;
  try {
    const start = await applyWrite(table, startDedicated(job.jobId, holder, now()));
    if (!start.done) return refused(log, start, "running");
    maxAttempts += start.job.attemptsBefore ?? 0;
    log.info("job.started", { sizeBytes: job.object.size });

    const newer = await supersedeOlder(table, newJobOf(job), now());
    if (newer !== undefined) {
      log.info("job.superseded", { supersededBy: newer });
      await checkpoint.discard();
      return 0;
    }
    const work = processObject(task, job, checkpoint, progressWriter(table, job.jobId, holder));
    const { document, work: counts } = await withinTime(work, task.limits.timeoutMs);
    const end = await applyWrite(
      table,
      succeeded(job.jobId, holder, { result: job.result, facts: document.facts }, now()),
    );
    if (!end.done) return refused(log, end, "succeeded");
    log.info("job.succeeded", { facts: document.facts, timings: document.timings, work: counts });
    await checkpoint.discard();
    return 0;
  } catch (error) {
    const problem = asJobError(error);
    const stack = problem === error || !(error instanceof Error) ? undefined : error.stack;
    if (problem.retriable && job.attempt < maxAttempts) {
      log.error("job.retry", { cause: problem.failureCause, message: problem.message, stack });
      return problem.failureCause === "out-of-memory" ? OUT_OF_MEMORY_EXIT : 1;
    }
    return closeAsFailed(task, holder, problem, log.with({ stack }));
  }
}

/** What goes on after its time ends with the process. */
async function withinTime<Result>(work: Promise<Result>, timeoutMs: number): Promise<Result> {
  const timer = new AbortController();
  const tooLong = sleep(timeoutMs, undefined, { signal: timer.signal }).then(() => {
    throw new JobError("timeout", `The job took longer than the ${timeoutMs / 1_000} s of its pipeline`);
  });
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    tooLong.catch(() => {});
    timer.abort();
  }
}

async function closeAsFailed(
  { table, job, checkpoint }: DedicatedTask,
  holder: Holder,
  problem: JobError,
  log: Log,
): Promise<number> {
  const failure = { cause: problem.failureCause, message: problem.message };
  const end = await applyWrite(table, failed(job.jobId, holder, failure, now()));
  if (!end.done) return refused(log, end, "failed");
  log.error("job.failed", failure);
  await checkpoint.discard();
  return 1;
}

function refused(log: Log, outcome: WriteOutcome & { done: false }, wanted: string): number {
  const { current } = outcome;
  log.warn("job.refused", {
    wanted,
    status: current?.status ?? "unknown job",
    heldBy: current?.taskArn,
    currentAttempt: current?.attempt,
  });
  return 0;
}

function newJobOf({ jobId, pipeline, object }: JobRequest): NewJob {
  return { jobId, pipeline, lane: "dedicated", ...object };
}

function now(): string {
  return new Date().toISOString();
}
