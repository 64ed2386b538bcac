import { type PricedWorker, spendingInWorker } from "../../../events/batch/job-cost.ts";
import { FINAL_STATUSES, type JobItem, type JobSpending, type JobStatus } from "../../../events/jobs/job.ts";
import { JOB_MESSAGE_RECEIVES } from "../../../events/jobs/job-message.ts";
import { type JobRequest, resultKeyFor } from "../../../events/jobs/job-request.ts";
import {
  applyWrite,
  type JobTable,
  supersedeOlder,
  type WriteOutcome,
} from "../../../events/jobs/job-table.ts";
import {
  failed,
  type Holder,
  type NewJob,
  queued,
  startPooled,
  succeeded,
} from "../../../events/jobs/transitions.ts";
import type { Pipeline } from "../../../events/pipeline.ts";
import { createCheckpoint, type JobCheckpoint } from "../checkpoint/checkpoint.ts";
import { asJobError, JobError } from "../job-error.ts";
import type { Log } from "../log.ts";
import { type ObjectProcessor, processObject } from "../process-object.ts";
import { progressWriter } from "../progress-writer.ts";
import { backoffSeconds } from "./backoff.ts";
import type { TellOfFailure } from "./failure-teller.ts";
import type { HeldMessage, Verdict } from "./held-message.ts";

/** What a worker needs for each of its jobs. */
export interface PooledJobs extends ObjectProcessor {
  readonly table: JobTable;
  readonly taskArn: string;
  readonly resultsBucket: string;
  readonly leaseSeconds: number;
  /** This worker, as it is paid for. */
  readonly priced: PricedWorker;
  /** Where long analyses save their progress; by default in the results bucket. */
  readonly checkpointFolder?: string | undefined;
  readonly tellOfFailure: TellOfFailure;
  readonly log: Log;
}

/** Takes the job, does it and closes it: three writes to the tables when nothing goes wrong. */
export async function doPooledJob(
  worker: PooledJobs,
  held: HeldMessage,
  job: NewJob,
  pipeline: Pipeline,
): Promise<Verdict> {
  const { table, taskArn } = worker;
  const log = worker.log.with({ jobId: job.jobId, pipeline: pipeline.name, key: job.key });
  const lease = leaseFrom(worker.leaseSeconds);
  const start = await applyWrite(table, startPooled(job, { taskArn }, lease, receivesOf(held) === 1));
  if (!start.done) return onRefusedStart(worker, start.current, log);

  const holder: Holder = { taskArn, attempt: start.job.attempt };
  held.running = { jobId: job.jobId, holder, job: start.job };
  const request = requestOf(job, holder.attempt, worker.resultsBucket);
  const checkpoint = createCheckpoint({
    s3: worker.s3,
    job: request,
    taskArn,
    folder: worker.checkpointFolder,
  });
  const attemptsBefore = start.job.attemptsBefore ?? 0;
  const maxAttempts = pipeline.maxAttempts + attemptsBefore;
  const attempt = { held, maxAttempts, attemptsBefore, checkpoint, log };
  try {
    if (holder.attempt > maxAttempts) throw exhausted(pipeline.maxAttempts);
    log.info("job.started", { attempt: holder.attempt, sizeBytes: job.size });
    const newer = await supersedeOlder(table, job, now());
    if (newer !== undefined) {
      log.info("job.superseded", { supersededBy: newer });
      await checkpoint.discard();
      return { next: "delete" };
    }
    const limits = {
      ...worker.limits,
      timeoutMs: Math.min(worker.limits.timeoutMs, pipeline.timeoutSeconds * 1_000),
    };
    const { document, work } = await processObject(
      { ...worker, limits },
      request,
      checkpoint,
      progressWriter(table, job.jobId, holder),
    );
    const outcome = { result: request.result, facts: document.facts };
    const end = await applyWrite(table, succeeded(job.jobId, holder, outcome, ...spentBy(worker, start.job)));
    if (!end.done) return onLostJob(end, "succeeded", log);
    const { facts, timings } = document;
    log.info("job.succeeded", { attempt: holder.attempt, facts, timings, work });
    await checkpoint.discard();
    return { next: "delete" };
  } catch (error) {
    return close(worker, attempt, asJobError(error));
  } finally {
    delete held.running;
  }
}

interface PooledAttempt {
  readonly held: HeldMessage;
  /** The last attempt that may be. */
  readonly maxAttempts: number;
  readonly attemptsBefore: number;
  readonly checkpoint: JobCheckpoint;
  readonly log: Log;
}

/** Ends an attempt that did not succeed: for good, or until the message shows again. */
async function close(
  worker: PooledJobs,
  { held, maxAttempts, attemptsBefore, checkpoint, log }: PooledAttempt,
  problem: JobError,
): Promise<Verdict> {
  const { running } = held;
  if (!running) return { next: "leave" }; // Handed back in the meantime.
  const { table } = worker;
  const { jobId, holder, job } = running;
  const { failureCause: cause, message } = problem;
  const isForgiven = cause === "infrastructure" && mayComeBack(held);
  if (problem.retriable && (isForgiven || holder.attempt < maxAttempts)) {
    const afterSeconds = backoffSeconds(holder.attempt);
    log.warn("job.retry", { attempt: holder.attempt, cause, message, afterSeconds });
    const wait = `another attempt, after ${cause}: ${message}`;
    const [end, spending] = spentBy(worker, job);
    const more = { ...spending, ...(isForgiven && { attemptsBefore: attemptsBefore + 1 }) };
    const write = await applyWrite(table, queued(jobId, holder, wait, end, more));
    return write.done ? { next: "show-again", afterSeconds } : onLostJob(write, "queued", log);
  }
  const end = await applyWrite(table, failed(jobId, holder, { cause, message }, ...spentBy(worker, job)));
  if (!end.done) return onLostJob(end, "failed", log);
  log.error("job.failed", { attempt: holder.attempt, cause, message });
  await checkpoint.discard();
  // Should it not get through, the message comes again, finds the job over, and tells of it then.
  await worker.tellOfFailure(end.job);
  return { next: "delete" };
}

/** The end of an attempt, and what the job has spent by then. */
export function spentBy({ priced }: PooledJobs, job: JobItem): [now: string, JobSpending | undefined] {
  const end = now();
  return [end, spendingInWorker(job, priced, end)];
}

/** An hour of S3 or DynamoDB at fault is no fault of the object's: its message waits it out as long as SQS lets it. */
function mayComeBack(held: HeldMessage): boolean {
  return receivesOf(held) < JOB_MESSAGE_RECEIVES;
}

function receivesOf({ message: { Attributes } }: HeldMessage): number {
  return Number(Attributes?.ApproximateReceiveCount ?? 1);
}

/** The job could not be taken: it is over, is none of the queue's, or is in other hands. */
async function onRefusedStart(worker: PooledJobs, current: JobItem | undefined, log: Log): Promise<Verdict> {
  if (current === undefined) return { next: "show-again", afterSeconds: 1 };
  const { status, lane, taskArn, leaseUntil } = current;
  if (FINAL_STATUSES.includes(status)) {
    log.info("job.already-final", { status });
    if (lane === "pooled") await worker.tellOfFailure(current);
    return { next: "delete" };
  }
  log.info("job.held-elsewhere", { status, lane, heldBy: taskArn, leaseUntil });
  // A dedicated task's job is seen to the end without the queue.
  if (lane === "dedicated" || leaseUntil === undefined) return { next: "delete" };
  const remainingMs = Math.max(0, Date.parse(leaseUntil) - Date.now());
  return { next: "show-again", afterSeconds: Math.ceil(remainingMs / 1_000) + 1 };
}

/** The job went to another state while it was worked on; what was found is left where it lies. */
function onLostJob({ current }: WriteOutcome & { done: false }, wanted: JobStatus, log: Log): Verdict {
  const { status, attempt: currentAttempt, taskArn: heldBy } = current ?? {};
  log.warn("job.refused", { wanted, status, heldBy, currentAttempt });
  return current && FINAL_STATUSES.includes(current.status) ? { next: "delete" } : { next: "leave" };
}

function exhausted(maxAttempts: number): JobError {
  return new JobError(
    "attempts-exhausted",
    `Tried ${maxAttempts} times; no attempt came to an end. The log lines of its tasks say more`,
  );
}

function requestOf(job: NewJob, attempt: number, resultsBucket: string): JobRequest {
  const { jobId, pipeline, lane: _, ...object } = job;
  const result = { bucket: resultsBucket, key: resultKeyFor(pipeline, jobId, attempt) };
  return { contract: 1, jobId, pipeline, attempt, object, result };
}

function leaseFrom(leaseSeconds: number) {
  const start = Date.now();
  return {
    now: new Date(start).toISOString(),
    until: new Date(start + leaseSeconds * 1_000).toISOString(),
  };
}

function now(): string {
  return new Date().toISOString();
}
