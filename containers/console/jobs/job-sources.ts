import type { JobStatus } from "../../../events/jobs/job.ts";
import {
  type JobIndex,
  type Standing,
  standingOf,
  standingShards,
  timeShards,
  UNLISTED_MS,
} from "../../../events/jobs/job-indexes.ts";
import {
  type IndexPlace,
  queryPartition,
  type ReadPage,
  shareOf,
  type TimeRange,
} from "../../../events/jobs/query-jobs.ts";
import type { JobsInTable } from "../../../events/jobs/read-jobs.ts";

/** A partition of an index, and the times of it that a list reads. */
interface Source extends TimeRange {
  readonly index: JobIndex;
  readonly partition: string;
}

/** Which partitions have a list's jobs, and whether some of what they have is in other states. */
export interface Sources {
  readonly sources: readonly Source[];
  readonly isMixed: boolean;
}

/** Clocks of workers differ. */
const CLOCK_SKEW_MS = 60_000;

/** Where jobs of a state are found. @param status undefined: all of them */
export function sourcesOf(status: JobStatus | undefined, range: TimeRange, now: Date): Sources {
  const byTime = timeShards().map((partition): Source => ({ index: "byTime", partition, ...range }));
  if (status === undefined) return { sources: byTime, isMixed: false };
  const standing = standingOf(status);
  if (standing === undefined) return { sources: byTime, isMixed: true };
  const listed = listedAs(standing, range);
  if (standing !== "open") return { sources: listed, isMixed: false };
  if (status !== "running") return { sources: listed, isMixed: true };
  // A pooled job that has only just been taken is not listed yet.
  const recent = new Date(now.getTime() - UNLISTED_MS - CLOCK_SKEW_MS).toISOString();
  const from = range.from > recent ? range.from : recent;
  return { sources: [...listed, ...byTime.map((source) => ({ ...source, from }))], isMixed: true };
}

function listedAs(standing: Standing, range: TimeRange): Source[] {
  return standingShards(standing).map((partition) => ({ index: "byStanding", partition, ...range }));
}

/** Reads of the sources, newest first. @param page entries of all sources that are likely to do */
export function readsOf(table: JobsInTable, sources: readonly Source[], page: number): ReadPage[] {
  const limit = shareOf(page, sources.length);
  return sources.map(
    (source) => async (after: IndexPlace | undefined) =>
      isBefore(source, after)
        ? { entries: [], isLast: true }
        : queryPartition(table, { ...source, order: "newest-first", limit, after }),
  );
}

/** Nothing of the source comes after this place; DynamoDB refuses a place outside of what is asked for. */
function isBefore({ from, to }: Source, after: IndexPlace | undefined): boolean {
  return from > to || (after !== undefined && after.createdAt < from);
}
