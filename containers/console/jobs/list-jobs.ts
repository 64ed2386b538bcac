import type { JobItem } from "../../../events/jobs/job.ts";
import { type IndexEntry, type IndexPlace, mergeByTime } from "../../../events/jobs/query-jobs.ts";
import { type JobsInTable, readJobs } from "../../../events/jobs/read-jobs.ts";
import type { JobList, JobsQuery } from "../api/schemas/jobs.ts";
import { Problem, shown } from "../problem.ts";
import { readJobCursor, writeJobCursor } from "./job-cursor.ts";
import { readsOf, sourcesOf } from "./job-sources.ts";
import { jobView } from "./job-view.ts";

/** Clocks of tasks differ: a job may be from a little after our own now. */
const CLOCK_SKEW_MS = 60_000;
/** Entries that one call looks at for a filter that leaves little of them; the cursor leads on. */
const MAX_LOOKED_AT = 250;
/** Before the first job: the sort key is text. */
const EARLIEST = "2000-01-01T00:00:00.000Z";
const JOB_ID = /^[0-9a-f]{64}$/;

/**
 * Jobs, newest first. Each call reads no more than it may list and a fixed number of entries more, however many jobs
 * there are.
 * @throws Problem 400 for a wrong cursor
 */
export async function listJobs(table: JobsInTable, query: JobsQuery, now: Date): Promise<JobList> {
  const { cursor, limit, ...asked } = query;
  const { status, text } = query;
  const latest = new Date(now.getTime() + CLOCK_SKEW_MS).toISOString();
  // `to` is the first instant that is not wanted any more.
  const range = { from: query.from ?? EARLIEST, to: query.to === undefined ? latest : before(query.to) };
  if (text !== undefined && JOB_ID.test(text)) {
    const found = (await readJobs(table, [text])).filter((job) => isAskedFor(job, query, range));
    if (found.length > 0) return { jobs: found.map(jobView), searchedTo: range.from };
  }
  const { sources, isMixed } = sourcesOf(status, range, now);
  const starts = cursor === undefined ? sources.map(() => undefined) : readJobCursor(cursor, asked);
  if (starts.length !== sources.length || starts.some((place) => place && place.createdAt > range.to)) {
    throw new Problem(400, "cursor", shown(cursor), "it is a cursor that an earlier answer gave, unchanged");
  }
  const isWanted = filterOf(query);
  const isFiltered = query.pipeline !== undefined || text !== undefined;

  const jobs: JobItem[] = [];
  const read = async (entries: readonly IndexEntry[]) => {
    const found = await inOrder(table, entries);
    jobs.push(...(status === undefined ? found : found.filter((job) => job.status === status)));
  };
  const places: (IndexPlace | undefined)[] = [...starts];
  const seen = new Set(starts.map((place) => place?.jobId));
  let wanted: IndexEntry[] = [];
  let last: IndexEntry | undefined;
  let lookedAt = 0;
  let isAtEnd = true;
  const reads = readsOf(table, sources, isFiltered ? MAX_LOOKED_AT : limit);
  for await (const { entry, source } of mergeByTime("newest-first", reads, starts)) {
    lookedAt++;
    places[source] = entry;
    // What is in two indexes comes twice in a row, and a page may have ended between.
    if (!seen.has(entry.jobId) && isWanted(entry)) wanted.push(entry);
    seen.add(entry.jobId);
    last = entry;
    if (jobs.length + wanted.length === limit && isMixed) {
      await read(wanted);
      wanted = [];
    }
    if (jobs.length + wanted.length === limit || lookedAt === MAX_LOOKED_AT) {
      isAtEnd = false;
      break;
    }
  }
  await read(wanted);
  const views = jobs.map(jobView);
  if (isAtEnd) return { jobs: views, searchedTo: range.from };
  return { jobs: views, searchedTo: last?.createdAt ?? range.to, cursor: writeJobCursor(places, asked) };
}

/** What the entries of an index say of a job, whatever the case of the text. */
function filterOf({ pipeline, text }: JobsQuery): (entry: IndexEntry) => boolean {
  const part = text?.toLocaleLowerCase("und");
  return (entry) =>
    (pipeline === undefined || entry.pipeline === pipeline) &&
    (part === undefined || entry.jobId === part || entry.key.toLocaleLowerCase("und").includes(part));
}

/** Whether a job that was found by its id is one that was asked for. */
function isAskedFor(
  job: JobItem,
  query: JobsQuery,
  { from, to }: { readonly from: string; readonly to: string },
): boolean {
  const isOfTime = job.createdAt >= from && job.createdAt <= to;
  return isOfTime && (query.status === undefined || job.status === query.status) && filterOf(query)(job);
}

/** The jobs as they are now, in the order of their entries; one that is gone is left out. */
async function inOrder(table: JobsInTable, entries: readonly IndexEntry[]): Promise<JobItem[]> {
  const ids = entries.map(({ jobId }) => jobId);
  const jobs = new Map((await readJobs(table, ids)).map((job) => [job.jobId, job]));
  return ids.flatMap((jobId) => jobs.get(jobId) ?? []);
}

/** A millisecond earlier. */
function before(instant: string): string {
  return new Date(Date.parse(instant) - 1).toISOString();
}
