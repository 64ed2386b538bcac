import { timeShards } from "../events/jobs/job-indexes.ts";
import {
  type IndexEntry,
  mergeByTime,
  type PartitionQuery,
  queryPartition,
  type TimeRange,
} from "../events/jobs/query-jobs.ts";
import type { JobsInTable } from "../events/jobs/read-jobs.ts";

/** What the index of jobs by time has of the jobs that became known in a span, in order. */
export async function* jobEntries(
  table: JobsInTable,
  range: TimeRange,
  order: PartitionQuery["order"],
): AsyncGenerator<IndexEntry, void> {
  const reads = timeShards().map(
    (partition) => (after: PartitionQuery["after"]) =>
      queryPartition(table, { index: "byTime", partition, ...range, order, after }),
  );
  for await (const { entry } of mergeByTime(order, reads)) yield entry;
}
