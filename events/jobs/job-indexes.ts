import { type JobStatus, OPEN_STATUSES } from "./job.ts";

/**
 * Indexes of the jobs table; both are sorted by `createdAt`. `byTime` has all jobs, its partition is `shard`. `byStanding`
 * is sparse: it has those that somebody looks for by their state, its partition is `standing`.
 * See docs/decisions/0014-indexes-of-the-jobs-table.md.
 */
export const JOB_INDEXES = {
  byTime: { name: "byTime", partition: "shard" },
  byStanding: { name: "byStanding", partition: "standing" },
} as const;
export type JobIndex = keyof typeof JOB_INDEXES;

/** What the indexes have of a job beside its keys; nothing that changes, so that an update does not write them again. */
export const INDEXED_ATTRIBUTES = ["pipeline", "key"] as const;

/**
 * Partitions that each index is spread over. One takes 1,000 writes a second. Readers ask for all of them; more of them
 * may be had at any time, fewer not, as long as jobs are kept that were written with more.
 */
export const JOB_SHARDS = 4;

/**
 * A pooled job that has just been taken is in `byTime` alone: most are over in a moment, and are spared two writes. Its
 * worker lists it by its next heartbeat, at most so long after. In milliseconds.
 */
export const UNLISTED_MS = 60_000;

/** What a job that has not succeeded is listed as. */
export type Standing = "open" | "failed" | "superseded";

/** Undefined for a job that has succeeded: those are found by time. */
export function standingOf(status: JobStatus): Standing | undefined {
  if (status === "failed" || status === "superseded") return status;
  return OPEN_STATUSES.includes(status) ? "open" : undefined;
}

/** The value of `shard`, the same for ever. @param jobId hexadecimal, as `jobIdOf` makes it */
export function shardOf(jobId: string): string {
  return String(Number.parseInt(jobId.slice(0, 4), 16) % JOB_SHARDS);
}

/** The value of `standing`. */
export function standingIn(standing: Standing, jobId: string): string {
  return `${standing}#${shardOf(jobId)}`;
}

/** The partitions of `byTime`. */
export function timeShards(): string[] {
  return Array.from({ length: JOB_SHARDS }, (_, shard) => String(shard));
}

/** The partitions of `byStanding` that have a standing's jobs. */
export function standingShards(standing: Standing): string[] {
  return timeShards().map((shard) => `${standing}#${shard}`);
}
