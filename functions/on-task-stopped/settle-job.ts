import { type FailureCause, type JobItem, type KeyFacts, OPEN_STATUSES } from "../../events/jobs/job.ts";
import type { JobRequest } from "../../events/jobs/job-request.ts";
import { applyWrite, type JobTable, readJob, type WriteOutcome } from "../../events/jobs/job-table.ts";
import type { LaunchRequest } from "../../events/jobs/launch-request.ts";
import { again, failed, failedUnheld, startDedicated, succeeded } from "../../events/jobs/transitions.ts";
import type { Pipeline } from "../../events/pipeline.ts";
import { taskSizeFor } from "../../events/routing.ts";
import type { StoppedTask, Verdict } from "./classify.ts";
import { nextStep } from "./next-step.ts";

export interface SettleDependencies {
  readonly table: JobTable;
  readonly pipelines: readonly Pipeline[];
  /** The facts of a result document; undefined when there is no document. */
  readonly readFacts: (result: { bucket: string; key: string }) => Promise<KeyFacts | undefined>;
  readonly sendLater: (request: LaunchRequest, delaySeconds: number) => Promise<void>;
  readonly now: () => Date;
}

/** What has become of the job of a stopped task. */
export type Settlement =
  /** The task had no say in it any more: the job was final, or in other hands. */
  | { readonly kind: "settled"; readonly job: JobItem | undefined }
  | { readonly kind: "closed" }
  | { readonly kind: "retried"; readonly attempt: number; readonly of: number; readonly delaySeconds: number }
  | { readonly kind: "failed"; readonly cause: FailureCause; readonly message: string };

/** A stopped task, what it was started for, and why it stopped. */
export interface EndedAttempt {
  readonly task: StoppedTask;
  readonly request: JobRequest;
  readonly verdict: Verdict;
  /** Of the container that was given the job. */
  readonly exitCode: number | undefined;
}

/**
 * Settles the job that a stopped task leaves behind. Duplicates and late events change nothing: every write asks for
 * the attempt and the task, and may be repeated.
 */
export async function settleJob(
  ended: EndedAttempt,
  dependencies: SettleDependencies,
): Promise<{ readonly settlement: Settlement; readonly verdict: Verdict }> {
  const { task, request } = ended;
  const { table, pipelines, sendLater, now } = dependencies;
  const job = await readJob(table, request.jobId);
  if (!job || !isOwn(job, request.attempt, task.taskArn)) {
    return { settlement: { kind: "settled", job }, verdict: ended.verdict };
  }
  const holder = { taskArn: task.taskArn, attempt: request.attempt };
  const facts = ended.exitCode === 0 ? await dependencies.readFacts(request.result) : undefined;
  const verdict = withResult(ended, facts !== undefined);

  const pipeline = pipelines.find(({ name }) => name === job.pipeline);
  const memoryMiB = Number(task.memory ?? 0) || (pipeline ? taskSizeFor(pipeline, job.size).memoryMiB : 0);
  const step = pipeline
    ? nextStep(job, { number: request.attempt, memoryMiB }, verdict, pipeline)
    : ({
        kind: "fail",
        cause: "configuration",
        message: `Pipeline "${job.pipeline}" is no longer deployed`,
      } as const);
  const time = now().toISOString();
  switch (step.kind) {
    case "close": {
      await applyWrite(table, startDedicated(job.jobId, holder, time));
      const outcome = { result: request.result, facts: facts ?? {} };
      const write = await applyWrite(table, succeeded(job.jobId, holder, outcome, time));
      if (!write.done) return { settlement: { kind: "settled", job: write.current }, verdict };
      return { settlement: { kind: "closed" }, verdict };
    }
    case "retry": {
      const wait = `attempt ${step.request.attempt}, after ${verdict.kind === "fault" ? verdict.cause : verdict.kind}`;
      const write = await applyWrite(table, again(job.jobId, holder, wait, time));
      if (!write.done) return { settlement: { kind: "settled", job: write.current }, verdict };
      await sendLater(step.request, step.delaySeconds);
      const of = pipeline ? pipeline.maxAttempts + (job.attemptsBefore ?? 0) : step.request.attempt;
      return {
        settlement: { kind: "retried", attempt: step.request.attempt, of, delaySeconds: step.delaySeconds },
        verdict,
      };
    }
    case "fail": {
      const { cause, message } = step;
      const write = await fail(table, job, holder, { cause, message }, time);
      if (!write.done) return { settlement: { kind: "settled", job: write.current }, verdict };
      return { settlement: { kind: "failed", cause, message }, verdict };
    }
  }
}

/** Whether a task may still say what becomes of a job: it is open, and no later attempt or other task has it. */
function isOwn({ status, attempt, taskArn }: JobItem, ownAttempt: number, ownTask: string): boolean {
  if (!OPEN_STATUSES.includes(status) || attempt > ownAttempt) return false;
  return attempt < ownAttempt || taskArn === ownTask;
}

/**
 * What the result document adds to the verdict: a container that ended well and wrote none has failed; one that ended
 * well and wrote it has succeeded, although somebody was about to stop it.
 */
function withResult({ verdict, request, exitCode }: EndedAttempt, isWritten: boolean): Verdict {
  if (verdict.kind === "finished" && !isWritten) {
    const { bucket, key } = request.result;
    return {
      kind: "fault",
      cause: "container-error",
      reason: `The container exited with 0 but wrote no result to s3://${bucket}/${key}`,
    };
  }
  const wasBeingStopped =
    verdict.kind === "expected" ||
    (verdict.kind === "fault" && (verdict.cause === "spot" || verdict.cause === "timeout"));
  return wasBeingStopped && exitCode === 0 && isWritten ? { kind: "finished" } : verdict;
}

/** A task of our own has taken its job by then; a foreign one's is launched. */
async function fail(
  table: JobTable,
  job: JobItem,
  holder: { taskArn: string; attempt: number },
  failure: { cause: FailureCause; message: string },
  now: string,
): Promise<WriteOutcome> {
  const write =
    job.status === "running"
      ? failed(job.jobId, holder, failure, now)
      : failedUnheld(job.jobId, holder, failure, now);
  return applyWrite(table, write);
}
