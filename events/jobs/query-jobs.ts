import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { JOB_INDEXES, type JobIndex } from "./job-indexes.ts";
import type { JobsInTable } from "./read-jobs.ts";

/** What the indexes have of a job. */
const indexEntry = z.object({
  jobId: z.string(),
  createdAt: z.string(),
  pipeline: z.string(),
  key: z.string(),
});
export type IndexEntry = z.infer<typeof indexEntry>;

/** A place in a partition of an index: that of a job which is, or was, there. */
export type IndexPlace = Pick<IndexEntry, "createdAt" | "jobId">;

/** Times of jobs, both inclusive: ISO 8601, or beginnings of it. */
export interface TimeRange {
  readonly from: string;
  readonly to: string;
}

export interface PartitionQuery extends TimeRange {
  readonly index: JobIndex;
  readonly partition: string;
  readonly order: "newest-first" | "oldest-first";
  /** Entries of a page. @default as many as fit into 1 MB */
  readonly limit?: number;
  /** Goes on after this place. */
  readonly after?: IndexPlace | undefined;
}

/** A page of a partition; the next one begins after the last entry. */
export interface IndexPage {
  readonly entries: readonly IndexEntry[];
  readonly isLast: boolean;
}

/** One page of one partition of an index. */
export async function queryPartition(
  { client, jobsTable }: JobsInTable,
  { index, partition, from, to, order, limit, after }: PartitionQuery,
): Promise<IndexPage> {
  const { name, partition: attribute } = JOB_INDEXES[index];
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand({
      TableName: jobsTable,
      IndexName: name,
      KeyConditionExpression: "#partition = :partition AND #createdAt BETWEEN :from AND :to",
      ExpressionAttributeNames: { "#partition": attribute, "#createdAt": "createdAt" },
      ExpressionAttributeValues: { ":partition": partition, ":from": from, ":to": to },
      ScanIndexForward: order === "oldest-first",
      ...(limit !== undefined && { Limit: limit }),
      ...(after && {
        ExclusiveStartKey: { [attribute]: partition, createdAt: after.createdAt, jobId: after.jobId },
      }),
    }),
  );
  return { entries: Items.map((item) => indexEntry.parse(item)), isLast: LastEvaluatedKey === undefined };
}

/** The times of the jobs of an hour, `2026-11-22T13`. */
export function timesOfHour(hour: string): TimeRange {
  return { from: hour, to: `${hour}~` };
}

/** Entries of a page of a partition, so that all of them together give a page in order without being read twice. */
export function shareOf(page: number, partitions: number): number {
  const mean = page / partitions;
  return Math.min(page, Math.ceil(mean + 3 * Math.sqrt(mean)));
}

/** Reads a page of a partition, from its beginning or after a place. */
export type ReadPage = (after: IndexPlace | undefined) => Promise<IndexPage>;

interface Source {
  readonly read: ReadPage;
  entries: readonly IndexEntry[];
  /** Of `entries`, those that have been given already. */
  given: number;
  after: IndexPlace | undefined;
  isAtEnd: boolean;
}

/**
 * Several partitions in one order. A partition is read again only when all that was read of it has been given, and one
 * that is at its end never.
 * @param starts where each of them begins; undefined: at its beginning
 */
export async function* mergeByTime(
  order: PartitionQuery["order"],
  reads: readonly ReadPage[],
  starts: readonly (IndexPlace | undefined)[] = [],
): AsyncGenerator<{ readonly entry: IndexEntry; readonly source: number }, void> {
  const sources = reads.map(
    (read, index): Source => ({ read, entries: [], given: 0, after: starts[index], isAtEnd: false }),
  );
  const comesFirst = (a: IndexEntry, b: IndexEntry) =>
    order === "newest-first" ? compare(a, b) > 0 : compare(a, b) < 0;
  for (;;) {
    await Promise.all(sources.map(fill));
    let first: { entry: IndexEntry; source: number } | undefined;
    for (const [source, { entries, given }] of sources.entries()) {
      const entry = entries[given];
      if (entry && (!first || comesFirst(entry, first.entry))) first = { entry, source };
    }
    const source = first && sources[first.source];
    if (!first || !source) return;
    source.given++;
    yield first;
  }
}

async function fill(source: Source): Promise<void> {
  while (source.given === source.entries.length && !source.isAtEnd) {
    const { entries, isLast } = await source.read(source.after);
    source.entries = entries;
    source.given = 0;
    source.after = entries.at(-1) ?? source.after;
    source.isAtEnd = isLast;
  }
}

/** By time; an entry of two partitions comes twice in a row. */
function compare(a: IndexEntry, b: IndexEntry): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1;
  return a.jobId === b.jobId ? 0 : a.jobId < b.jobId ? -1 : 1;
}
