import { type JobItem, type JobStatus, jobStatus } from "../../../events/jobs/job.ts";
import type { JobList, JobsQuery } from "../api/schemas/jobs.ts";
import { positionAfter, readCursor, wasSeen, writeCursor } from "../cursor.ts";
import { type IndexEntry, type IndexPage, type JobsInTable, queryStatus, readJobs } from "./job-index.ts";
import { jobView } from "./job-view.ts";

/** Clocks of tasks differ: a job may be from a little after our own now. */
const CLOCK_SKEW_MS = 60_000;
/** Entries of the index that one call looks at for a filter that leaves little of them; the cursor leads on. */
const MAX_LOOKED_AT = 600;

/** Before the first job: the sort key is text. */
const EARLIEST = "2000-01-01T00:00:00.000Z";

/**
 * Jobs, newest first: the newest of each state, merged. Each call reads no more than it may list and a fixed number of
 * entries more, however many jobs there are.
 * @throws Problem 400 for a wrong cursor
 */
export async function listJobs(table: JobsInTable, query: JobsQuery, now: Date): Promise<JobList> {
  const { cursor, limit, ...asked } = query;
  const latest = new Date(now.getTime() + CLOCK_SKEW_MS).toISOString();
  // `to` is the first instant that is not wanted any more.
  const until = query.to === undefined ? latest : before(query.to);
  const start = cursor === undefined ? { at: until, seen: [] } : readCursor(cursor, asked);
  const from = query.from ?? EARLIEST;
  const statuses = query.status === undefined ? jobStatus.options : [query.status];
  const isWanted = filterOf(query);

  const wanted: IndexEntry[] = [];
  let position = start;
  let lookedAt = 0;
  let isAtEnd = position.at < from;
  while (!isAtEnd && wanted.length < limit && lookedAt < MAX_LOOKED_AT) {
    // Those of the last instant that have been listed already are read again.
    const pageSize = limit + position.seen.length;
    const step = await stepBack(table, statuses, { from, to: position.at, limit: pageSize });
    const fresh = step.entries.filter((entry) => !wasSeen(position, placeOf(entry)));
    lookedAt += step.entries.length;
    for (const entry of fresh) {
      position = positionAfter([placeOf(entry)], position);
      if (isWanted(entry)) wanted.push(entry);
      if (wanted.length === limit) break;
    }
    isAtEnd = !step.more && wanted.length < limit;
    // Nothing but what was seen before: more of one instant than a cursor remembers.
    if (step.more && fresh.length === 0) position = { at: before(position.at), seen: [] };
  }
  const jobs = await read(table, wanted, query.status);
  if (isAtEnd) return { jobs: jobs.map(jobView), searchedTo: from };
  return { jobs: jobs.map(jobView), searchedTo: position.at, cursor: writeCursor(position, asked) };
}

/** Entries of several states in one order, as far back as all of them have been read. */
async function stepBack(
  table: JobsInTable,
  statuses: readonly JobStatus[],
  range: { readonly from: string; readonly to: string; readonly limit: number },
): Promise<IndexPage> {
  const pages = await Promise.all(statuses.map((status) => queryStatus(table, { status, ...range })));
  const frontier = pages.reduce((newest, { entries, more }) => {
    const last = entries.at(-1)?.createdAt ?? "";
    return more && last > newest ? last : newest;
  }, "");
  const merged = pages
    .flatMap(({ entries }) => entries)
    .filter(({ createdAt }) => createdAt >= frontier)
    .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0));
  return { entries: merged, more: pages.some(({ more }) => more) };
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
  const ids = [...new Set(entries.map(({ jobId }) => jobId))];
  const found = new Map((await readJobs(table, ids)).map((job) => [job.jobId, job]));
  return ids.flatMap((jobId) => {
    const job = found.get(jobId);
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
