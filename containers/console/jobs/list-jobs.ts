import { hourOf, type JobItem, type JobStatus } from "../../../events/jobs/job.ts";
import { type Cursor, writeCursor } from "./cursor.ts";
import { type JobsInTable, readHour } from "./read-hour.ts";

const HOUR_MS = 3_600_000;

/** Clocks of tasks differ: a job may be from a little after our own now. */
const CLOCK_SKEW_MS = 60_000;

/** How many hours are asked together: the newest alone, since most lists end there, then a day at a time. */
const WAVES = [1, 23, 24];

/** Jobs from further back are not listed. */
export const LIST_HORIZON_DAYS = 90;

export interface ListQuery {
  /** Only this hour. */
  readonly hour?: string | undefined;
  readonly status?: JobStatus | undefined;
  readonly limit: number;
  readonly cursor?: Cursor | undefined;
}

export interface JobList {
  /** Newest first; may be fewer than asked for, even none, while there is a cursor. */
  readonly jobs: readonly JobItem[];
  /** Goes on from here; absent when there is nothing further back. */
  readonly cursor?: string;
  /** Everything from this hour on that fits is in this answer or an earlier one. */
  readonly searchedTo: string;
}

/** Lists jobs by walking back over the hours of the index, two days at most in one call. */
export async function listJobs(table: JobsInTable, query: ListQuery, now: Date): Promise<JobList> {
  const { status, limit } = query;
  const newest = query.cursor?.hour ?? query.hour ?? hourAt(now.getTime() + CLOCK_SKEW_MS);
  const oldest = query.hour ?? hourAt(now.getTime() - LIST_HORIZON_DAYS * 24 * HOUR_MS);
  const jobs: JobItem[] = [];
  let searchedTo = newest;
  let next: string | undefined = newest;
  for (const size of WAVES) {
    const hours = hoursBack(next, oldest, size);
    const parts = await Promise.all(
      hours.map((hour) =>
        readHour(table, {
          hour,
          status,
          limit: limit - jobs.length,
          ...(hour === query.cursor?.hour ? { after: query.cursor.after } : {}),
        }),
      ),
    );
    for (const [index, part] of parts.entries()) {
      const hour = hours[index] ?? newest;
      const taken = part.jobs.slice(0, limit - jobs.length);
      jobs.push(...taken);
      searchedTo = hour;
      const last = taken.at(-1);
      if (taken.length < part.jobs.length && last === undefined) {
        return { jobs, searchedTo, cursor: writeCursor({ hour }) };
      }
      const cutAfter = taken.length < part.jobs.length && last ? last : part.after;
      if (cutAfter) {
        const after = { createdAt: cutAfter.createdAt, jobId: cutAfter.jobId };
        return { jobs, searchedTo, cursor: writeCursor({ hour, after }) };
      }
    }
    next = hourBefore(searchedTo);
    if (next < oldest) return { jobs, searchedTo };
    if (jobs.length >= limit) break;
  }
  return { jobs, searchedTo, cursor: writeCursor({ hour: next }) };
}

function hoursBack(from: string, oldest: string, count: number): string[] {
  const hours: string[] = [];
  for (let hour = from; hours.length < count && hour >= oldest; hour = hourBefore(hour)) hours.push(hour);
  return hours;
}

function hourBefore(hour: string): string {
  return hourAt(Date.parse(`${hour}:00:00Z`) - HOUR_MS);
}

function hourAt(milliseconds: number): string {
  return hourOf(new Date(milliseconds).toISOString());
}
