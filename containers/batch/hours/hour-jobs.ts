import { type JobItem, jobItem } from "../../../events/jobs/job.ts";
import { timeShards } from "../../../events/jobs/job-indexes.ts";
import { type IndexEntry, queryPartition, timesOfHour } from "../../../events/jobs/query-jobs.ts";
import { BATCH_GET_KEYS, type JobsInTable, readItems } from "../../../events/jobs/read-jobs.ts";

/** A job of an hour, or an item that should be one and cannot be read. */
export type HourJob =
  | { readonly kind: "job"; readonly job: JobItem }
  | { readonly kind: "unreadable"; readonly jobId: string; readonly problem: string };

/** BatchGetItems that are under way at once. */
const READS_AT_ONCE = 4;
const PAGE = READS_AT_ONCE * BATCH_GET_KEYS;

const timedJob = jobItem.refine(
  ({ createdAt, startedAt = createdAt, finishedAt = createdAt }) =>
    [createdAt, startedAt, finishedAt].every((time) => Number.isFinite(Date.parse(time))),
  { path: ["createdAt"], error: "times are ISO 8601" },
);

/** The jobs that became known in an hour, in no order; one page at a time is in memory. */
export async function* hourJobs(table: JobsInTable, hour: string): AsyncGenerator<HourJob> {
  for (const partition of timeShards()) {
    for await (const entries of pagesOf(table, partition, hour)) {
      const jobIds = entries.map(({ jobId }) => jobId);
      for (const item of await readItems(table, jobIds)) yield asHourJob(item);
    }
  }
}

async function* pagesOf(
  table: JobsInTable,
  partition: string,
  hour: string,
): AsyncGenerator<readonly IndexEntry[], void> {
  const query = {
    index: "byTime",
    partition,
    ...timesOfHour(hour),
    order: "oldest-first",
    limit: PAGE,
  } as const;
  let after: IndexEntry | undefined;
  for (;;) {
    const { entries, isLast } = await queryPartition(table, { ...query, after });
    yield entries;
    after = entries.at(-1) ?? after;
    if (isLast) return;
  }
}

function asHourJob(item: Record<string, unknown>): HourJob {
  const parsed = timedJob.safeParse(item);
  if (parsed.success) return { kind: "job", job: parsed.data };
  const [issue] = parsed.error.issues;
  const problem = `${issue?.path.join(".")}: ${issue?.message}`;
  return { kind: "unreadable", jobId: String(item.jobId), problem };
}
