import { hourOf, type JobItem, type JobStatus, jobItem, jobStatus } from "../../../events/jobs/job.ts";
import type { JobList, JobsQuery } from "../api/schemas/jobs.ts";
import { type Position, positionAfter, readCursor, wasSeen, writeCursor } from "../cursor.ts";
import { type IndexEntry, type JobsInTable, queryHour, queryStatus, readJobs } from "./job-index.ts";
import { jobView } from "./job-view.ts";
import { newestFirst } from "./newest-first.ts";

/** Clocks of tasks differ: a job may be from a little after our own now. */
const CLOCK_SKEW_MS = 60_000;
/** Entries that one call looks at for a filter that leaves little of them; the cursor leads on. */
const MAX_LOOKED_AT = 600;
/** Entries that one query of a filtered list reads. */
const FILTERED_PAGE = 200;
/** Hours that are read one by one before the states are asked, which have no empty hours. */
const MAX_HOURS = 2;

/** Before the first job: the sort key is text. */
const EARLIEST = "2000-01-01T00:00:00.000Z";

/**
 * Jobs, newest first. Each call reads no more than it may list and a fixed number of entries more, however many jobs
 * there are.
 * @throws Problem 400 for a wrong cursor
 */
export async function listJobs(table: JobsInTable, query: JobsQuery, now: Date): Promise<JobList> {
  const { cursor, limit, ...asked } = query;
  const latest = new Date(now.getTime() + CLOCK_SKEW_MS).toISOString();
  // `to` is the first instant that is not wanted any more.
  const until = query.to === undefined ? latest : before(query.to);
  const start = cursor === undefined ? { at: until, seen: [] } : readCursor(cursor, asked);
  const from = query.from ?? EARLIEST;
  const isWanted = filterOf(query);

  const wanted: IndexEntry[] = [];
  let position = start;
  let lookedAt = 0;
  let isAtEnd = true;
  for await (const entry of entriesBack(table, query, { from, start })) {
    lookedAt++;
    if (!wasSeen(start, placeOf(entry))) {
      position = positionAfter([placeOf(entry)], position);
      if (isWanted(entry)) wanted.push(entry);
    }
    if (wanted.length === limit || lookedAt === MAX_LOOKED_AT) {
      isAtEnd = false;
      break;
    }
  }
  const jobs = await read(table, wanted, query.status);
  if (isAtEnd) return { jobs: jobs.map(jobView), searchedTo: from };
  return { jobs: jobs.map(jobView), searchedTo: position.at, cursor: writeCursor(position, asked) };
}

/**
 * Entries from a position back. While there are many jobs an hour, one query of the hour's index gives a page with all
 * of its jobs; where there are few, the newest of each state are merged, in which hours without a job cost nothing. A
 * search by text looks at many entries for each that it finds, and those of states are small.
 */
async function* entriesBack(
  table: JobsInTable,
  { status, pipeline, text, limit }: JobsQuery,
  { from, start }: { readonly from: string; readonly start: Position },
): AsyncGenerator<IndexEntry, void> {
  const isFiltered = pipeline !== undefined || text !== undefined;
  // Those of the last instant that have been listed already are read again.
  const page = (isFiltered ? Math.max(FILTERED_PAGE, limit) : limit) + start.seen.length;
  let to = start.at;
  if (status === undefined && text === undefined) {
    for (let hours = 0; hours < MAX_HOURS && to >= from; hours++) {
      const range = { hour: hourOf(to), from, to, limit: page };
      yield* newestFirst([(after) => queryHour(table, { ...range, after })]);
      to = before(`${range.hour}:00:00.000Z`);
    }
  }
  if (to < from) return;
  const statuses = status === undefined ? jobStatus.options : [status];
  yield* newestFirst(
    statuses.map((status) => (after) => queryStatus(table, { status, from, to, limit: page, after })),
  );
}

/** What the entries of the index say of a job, whatever the case of the text. */
function filterOf({ pipeline, text }: JobsQuery): (entry: IndexEntry) => boolean {
  const part = text?.toLocaleLowerCase("und");
  return (entry) =>
    (pipeline === undefined || entry.pipeline === pipeline) &&
    (part === undefined || entry.jobId === part || entry.key.toLocaleLowerCase("und").includes(part));
}

/** The jobs as they are now, in the order of their entries. One that has moved to another state meanwhile is no more asked for. */
async function read(
  table: JobsInTable,
  entries: readonly IndexEntry[],
  status: JobStatus | undefined,
): Promise<JobItem[]> {
  const jobs = new Map<string, JobItem>();
  for (const { jobId, item } of entries) if (item !== undefined) jobs.set(jobId, jobItem.parse(item));
  const ids = [...new Set(entries.map(({ jobId }) => jobId))];
  const others = ids.filter((jobId) => !jobs.has(jobId));
  for (const job of await readJobs(table, others)) jobs.set(job.jobId, job);
  return ids.flatMap((jobId) => {
    const job = jobs.get(jobId);
    return job && (status === undefined || job.status === status) ? [job] : [];
  });
}

function placeOf({ createdAt, jobId }: IndexEntry) {
  return { at: createdAt, id: jobId };
}

/** A millisecond earlier. */
function before(instant: string): string {
  return new Date(Date.parse(instant) - 1).toISOString();
}
