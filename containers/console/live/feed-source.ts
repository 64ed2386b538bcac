import type { Incident } from "../../../events/incidents/incident.ts";
import { type IncidentTable, incidentsOfDay } from "../../../events/incidents/incident-table.ts";
import { type JobIndex, standingShards, timeShards } from "../../../events/jobs/job-indexes.ts";
import { type IndexEntry, queryPartition, shareOf, type TimeRange } from "../../../events/jobs/query-jobs.ts";
import { type JobsInTable, readJobs } from "../../../events/jobs/read-jobs.ts";
import { type FeedSource, MAX_NEW } from "./change-feed.ts";

/** Clocks of tasks differ: a job may be from a little after our own now. */
const CLOCK_SKEW_MS = 60_000;
/** Open jobs that a search finds; of more, about the newest. */
const MAX_OPEN = 400;
/** Incidents that one look takes in. */
const MAX_INCIDENTS = 100;

export interface FeedTables {
  readonly jobs: JobsInTable;
  readonly incidents: IncidentTable;
  readonly now: () => Date;
}

/** What the feed looks at, in DynamoDB: each look is a query or two, and reads no more than has changed. */
export function feedSource({ jobs, incidents, now }: FeedTables): Omit<FeedSource, "onError"> {
  const latest = () => new Date(now().getTime() + CLOCK_SKEW_MS).toISOString();
  return {
    now,
    async newJobs(since) {
      const range = { from: since.toISOString(), to: latest() };
      const newest = await newestOf(jobs, "byTime", timeShards(), range, MAX_NEW);
      const items = new Map((await readJobs(jobs, newest)).map((job) => [job.jobId, job]));
      return newest.flatMap((jobId) => items.get(jobId) ?? []);
    },
    openJobs: () =>
      newestOf(jobs, "byStanding", standingShards("open"), { from: "2000", to: latest() }, MAX_OPEN),
    readJobs: (jobIds) => readJobs(jobs, jobIds),
    newIncidents: (since) => newIncidents(incidents, since.toISOString(), now().toISOString()),
  };
}

/** Ids of the newest jobs of some partitions, newest first. */
async function newestOf(
  jobs: JobsInTable,
  index: JobIndex,
  partitions: readonly string[],
  range: TimeRange,
  most: number,
): Promise<string[]> {
  const limit = shareOf(most, partitions.length);
  const pages = await Promise.all(
    partitions.map((partition) =>
      queryPartition(jobs, { index, partition, ...range, order: "newest-first", limit }),
    ),
  );
  const byTime = (a: IndexEntry, b: IndexEntry) => (a.createdAt < b.createdAt ? 1 : -1);
  return pages
    .flatMap(({ entries }) => entries)
    .toSorted(byTime)
    .slice(0, most)
    .map(({ jobId }) => jobId);
}

/** Newest first. */
async function newIncidents(table: IncidentTable, from: string, to: string): Promise<Incident[]> {
  const days = [...new Set([to.slice(0, 10), from.slice(0, 10)])];
  const found: Incident[] = [];
  for (const day of days) {
    for await (const incident of incidentsOfDay(table, day, from)) {
      found.push(incident);
      if (found.length === MAX_INCIDENTS) return found;
    }
  }
  return found;
}
