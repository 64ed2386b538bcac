import { orderableSequencer } from "../aws/sequencer.ts";
import {
  type FailureCause,
  type JobItem,
  type JobSpending,
  type JobStatus,
  type KeyFacts,
  statusesBefore,
  WATCHED,
} from "./job.ts";
import { type Standing, shardOf, standingIn } from "./job-indexes.ts";

/** One conditional write to the jobs table: the members of UpdateItem other than the table's name. */
export interface ConditionalWrite {
  readonly Key: Record<string, string>;
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Record<string, unknown>;
}

/** Who holds a job: the task, and the attempt that it was started for. Together the fencing token. */
export interface Holder {
  readonly taskArn: string;
  readonly attempt: number;
}

/** What is known of a job before anything has happened to it. */
export type NewJob = Pick<
  JobItem,
  "jobId" | "pipeline" | "lane" | "bucket" | "key" | "versionId" | "etag" | "size" | "sequencer"
>;

/** What a job was made of, as messages and launches carry it. */
export function newJobOf(job: JobItem): NewJob {
  const { jobId, pipeline, lane, bucket, key, versionId, etag, size, sequencer } = job;
  const version = versionId === undefined ? {} : { versionId };
  return { jobId, pipeline, lane, bucket, key, ...version, etag, size, sequencer };
}

/** Makes the job known. Refused when it is known already, which is how a duplicate event shows. */
export function accept(job: NewJob, now: string): ConditionalWrite {
  return write(job.jobId, "attribute_not_exists(#jobId)", {
    ...describe(job, now),
    ...listedAs("open", job.jobId),
    status: "accepted",
    attempt: 0,
  });
}

/**
 * RunTask has made a task for the attempt. Refused when that task has already come further than this.
 * @param deadline when the task is stopped for taking too long
 */
export function launched(jobId: string, holder: Holder, now: string, deadline?: string): ConditionalWrite {
  return write(
    jobId,
    "#status IN (:accepted, :queued) AND #attempt < :attempt",
    {
      status: "launched",
      attempt: holder.attempt,
      taskArn: holder.taskArn,
      updatedAt: now,
      ...watchedUntil(deadline),
    },
    { ":accepted": "accepted", ":queued": "queued" },
  );
}

/** The holder has until `deadline`: for a task that took its job before its launch was written down. */
export function watched(jobId: string, holder: Holder, deadline: string): ConditionalWrite {
  return held(jobId, holder, watchedUntil(deadline));
}

/**
 * The task of an attempt has stopped and another attempt follows. It writes the attempt down as well: should its
 * launch not have been, it can be no more.
 */
export function again(jobId: string, ended: Holder, reason: string, now: string): ConditionalWrite {
  return write(
    jobId,
    "(#status IN (:accepted, :queued) AND #attempt <= :attempt)" +
      " OR (#status IN (:launched, :running) AND #attempt = :attempt AND #taskArn = :taskArn)",
    {
      ...listedAs("open", jobId),
      status: "queued",
      waitingFor: reason,
      attempt: ended.attempt,
      taskArn: ended.taskArn,
      updatedAt: now,
    },
    { ":accepted": "accepted", ":queued": "queued", ":launched": "launched", ":running": "running" },
    UNWATCHED,
  );
}

/**
 * A launch was refused, or an attempt ended and another follows: the job waits for its queue.
 * @param more of what its attempts have spent, where the attempt that ended knows it, and how many are not to count
 */
export function queued(
  jobId: string,
  after: { attempt: number },
  reason: string,
  now: string,
  more: Partial<JobSpending> & Pick<JobItem, "attemptsBefore"> = {},
): ConditionalWrite {
  return write(
    jobId,
    `${statusIn("queued")} AND #attempt = :lastAttempt`,
    { ...listedAs("open", jobId), status: "queued", waitingFor: reason, updatedAt: now, ...more },
    { ...statusValues("queued"), ":lastAttempt": after.attempt },
    UNWATCHED,
  );
}

/** A dedicated task takes its job. Refused once a later attempt, another task or a final state has it. */
export function startDedicated(jobId: string, holder: Holder, now: string): ConditionalWrite {
  return write(
    jobId,
    "(#status IN (:accepted, :launched) AND #attempt <= :attempt) OR (#status = :queued AND #attempt < :attempt)" +
      " OR (#status = :running AND #attempt = :attempt AND #taskArn = :taskArn)",
    { status: "running", attempt: holder.attempt, taskArn: holder.taskArn, startedAt: now, updatedAt: now },
    { ":accepted": "accepted", ":queued": "queued", ":launched": "launched", ":running": "running" },
  );
}

/**
 * A worker takes a job from the queue: the first write that a pooled job sees, so it makes the item too.
 * Refused while another holder's lease runs, and for good once the job is final.
 * @param isFirst whether its message has come for the first time: then the job is not listed as open until it has kept
 *   its worker for a while
 */
export function startPooled(
  job: NewJob,
  holder: { taskArn: string },
  lease: { now: string; until: string },
  isFirst: boolean,
): ConditionalWrite {
  const { createdAt, ...description } = describe(job, lease.now);
  const base = write(
    job.jobId,
    "attribute_not_exists(#jobId) OR #status IN (:accepted, :queued)" +
      " OR (#status = :running AND #leaseUntil < :updatedAt)",
    {
      ...description,
      ...(isFirst ? {} : listedAs("open", job.jobId)),
      status: "running",
      taskArn: holder.taskArn,
      startedAt: lease.now,
      leaseUntil: lease.until,
    },
    { ":accepted": "accepted", ":queued": "queued", ":running": "running" },
  );
  return {
    ...base,
    UpdateExpression:
      `${base.UpdateExpression}, #createdAt = if_not_exists(#createdAt, :createdAt)` +
      ", #attempt = if_not_exists(#attempt, :zero) + :one",
    ExpressionAttributeNames: {
      ...base.ExpressionAttributeNames,
      "#createdAt": "createdAt",
      "#attempt": "attempt",
    },
    ExpressionAttributeValues: {
      ...base.ExpressionAttributeValues,
      ":createdAt": createdAt,
      ":zero": 0,
      ":one": 1,
    },
  };
}

/** The holder is alive: its lease goes on, and the job is listed as open from now on. */
export function extendLease(
  jobId: string,
  holder: Holder,
  lease: { now: string; until: string },
): ConditionalWrite {
  return held(jobId, holder, {
    ...listedAs("open", jobId),
    leaseUntil: lease.until,
    updatedAt: lease.now,
  });
}

/** How far the holder has come, for people who watch. */
export function progressed(
  jobId: string,
  holder: Holder,
  progress: { percent: number; step: string },
  now: string,
): ConditionalWrite {
  return held(jobId, holder, { ...listedAs("open", jobId), progress, updatedAt: now });
}

/** The holder gives the job back, untouched, for another to take: the attempt does not count. */
export function handBack(
  jobId: string,
  holder: Holder,
  now: string,
  spending?: JobSpending,
): ConditionalWrite {
  const attempt = holder.attempt - 1;
  const waitingFor = "its worker stopped";
  return held(jobId, holder, {
    ...listedAs("open", jobId),
    status: "queued",
    attempt,
    waitingFor,
    updatedAt: now,
    ...spending,
  });
}

/** The result document lies where `result` says; only the holder may say so. */
export function succeeded(
  jobId: string,
  holder: Holder,
  outcome: { result: { bucket: string; key: string }; facts: KeyFacts },
  now: string,
  spending?: JobSpending,
): ConditionalWrite {
  const set = { status: "succeeded", ...outcome, finishedAt: now, updatedAt: now, ...spending };
  return held(jobId, holder, set, [...UNHELD, "standing"]);
}

/** The attempt ended in an error that no further attempt can mend; only the holder may say so. */
export function failed(
  jobId: string,
  holder: Holder,
  failure: { cause: FailureCause; message: string },
  now: string,
  spending?: JobSpending,
): ConditionalWrite {
  const set = {
    ...listedAs("failed", jobId),
    status: "failed",
    failure,
    finishedAt: now,
    updatedAt: now,
    ...spending,
  };
  return held(jobId, holder, set, UNHELD);
}

/**
 * A job that no task holds has failed: its launch was refused for good, or its task never took it. A task that ended
 * before its launch was written down is written down here.
 */
export function failedUnheld(
  jobId: string,
  after: { readonly attempt: number; readonly taskArn?: string },
  failure: { cause: FailureCause; message: string },
  now: string,
): ConditionalWrite {
  return write(
    jobId,
    "#status IN (:accepted, :queued, :launched) AND #attempt <= :lastAttempt",
    {
      ...listedAs("failed", jobId),
      status: "failed",
      failure,
      finishedAt: now,
      updatedAt: now,
      ...(after.taskArn === undefined ? {} : { attempt: after.attempt, taskArn: after.taskArn }),
    },
    { ":accepted": "accepted", ":queued": "queued", ":launched": "launched", ":lastAttempt": after.attempt },
    UNHELD,
  );
}

/**
 * An administrator has a failed job tried again, with as many attempts as a new one has. Refused unless it has failed,
 * and for the second of two who ask at once. Nothing else leads out of a final state.
 */
export function replayed(job: Pick<JobItem, "jobId" | "attempt">, now: string): ConditionalWrite {
  return write(
    job.jobId,
    "#status = :failed AND #attempt = :lastAttempt",
    {
      ...listedAs("open", job.jobId),
      status: "queued",
      waitingFor: "its replay",
      attemptsBefore: job.attempt,
      updatedAt: now,
    },
    { ":failed": "failed", ":lastAttempt": job.attempt },
    ["failure", "finishedAt", ...UNWATCHED],
  );
}

/** A newer version of the key has come. Refused when the job is final already. */
export function superseded(jobId: string, by: string, now: string): ConditionalWrite {
  return write(
    jobId,
    statusIn("superseded"),
    {
      ...listedAs("superseded", jobId),
      status: "superseded",
      supersededBy: by,
      finishedAt: now,
      updatedAt: now,
    },
    statusValues("superseded"),
    UNHELD,
  );
}

/**
 * Claims a key for the newest version seen, in the table of objects. Refused when a newer one has it.
 * Ask for ALL_OLD: it names the job that this one supersedes.
 */
export function claimNewest(objectId: string, job: NewJob): ConditionalWrite {
  return {
    Key: { objectId },
    UpdateExpression: "SET #sequencer = :sequencer, #jobId = :jobId",
    ConditionExpression: "attribute_not_exists(#sequencer) OR #sequencer <= :sequencer",
    ExpressionAttributeNames: { "#sequencer": "sequencer", "#jobId": "jobId" },
    ExpressionAttributeValues: { ":sequencer": orderableSequencer(job.sequencer), ":jobId": job.jobId },
  };
}

function describe(job: NewJob, now: string) {
  return { ...job, createdAt: now, updatedAt: now, shard: shardOf(job.jobId) };
}

/** The key of the sparse index: only for jobs that have not succeeded. */
function listedAs(standing: Standing, jobId: string): { standing: string } {
  return { standing: standingIn(standing, jobId) };
}

/** What a job loses when no task has it any longer. */
const UNWATCHED = ["watch", "deadline"];
/** What a job loses that is over. */
const UNHELD = [...UNWATCHED, "leaseUntil"];

function watchedUntil(deadline: string | undefined) {
  return deadline === undefined ? {} : { watch: WATCHED, deadline };
}

function held(
  jobId: string,
  holder: Holder,
  set: Record<string, unknown>,
  remove: readonly string[] = [],
): ConditionalWrite {
  return write(
    jobId,
    "#status = :running AND #taskArn = :holder AND #attempt = :holderAttempt",
    set,
    { ":running": "running", ":holder": holder.taskArn, ":holderAttempt": holder.attempt },
    remove,
  );
}

/** `#status IN (…)` over the states from which `to` can be reached; `statusValues` has their names. */
function statusIn(to: JobStatus): string {
  return `#status IN (${Object.keys(statusValues(to)).join(", ")})`;
}

function statusValues(to: JobStatus): Record<string, string> {
  return Object.fromEntries(statusesBefore(to).map((status) => [`:from_${status}`, status]));
}

/** SET of all members that have a value, then REMOVE; the names that the condition uses are read off it. */
function write(
  jobId: string,
  condition: string,
  set: Record<string, unknown>,
  values: Record<string, unknown> = {},
  remove: readonly string[] = [],
): ConditionalWrite {
  const members = Object.entries(set).filter(([name, value]) => name !== "jobId" && value !== undefined);
  const mentioned = [...condition.matchAll(/#(\w+)/g)].map(([, name = ""]) => name);
  const names = new Set([...members.map(([name]) => name), ...mentioned, ...remove]);
  const removal = remove.length > 0 ? ` REMOVE ${remove.map((name) => `#${name}`).join(", ")}` : "";
  return {
    Key: { jobId },
    UpdateExpression: `SET ${members.map(([name]) => `#${name} = :${name}`).join(", ")}${removal}`,
    ConditionExpression: condition,
    ExpressionAttributeNames: Object.fromEntries([...names].map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(members.map(([name, value]) => [`:${name}`, value])),
      ...values,
    },
  };
}
