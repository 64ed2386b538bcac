import { hourOf, type JobItem } from "../../../events/jobs/job.ts";
import { type JobsInTable, readHour } from "../jobs/read-hour.ts";

const HOUR_MS = 3_600_000;
/** Clocks of tasks differ: a job may be from a little after our own now. */
const CLOCK_SKEW_MS = 60_000;

/** The newest jobs of this hour and the one before, newest first. */
export async function newestJobs(table: JobsInTable, limit: number, now: Date): Promise<readonly JobItem[]> {
  const latest = now.getTime() + CLOCK_SKEW_MS;
  const [hour, hourBefore] = [latest, latest - HOUR_MS].map((time) => hourOf(new Date(time).toISOString()));
  const { jobs } = await readHour(table, { hour: hour ?? "", limit });
  if (jobs.length >= limit) return jobs;
  const before = await readHour(table, { hour: hourBefore ?? "", limit: limit - jobs.length });
  return [...jobs, ...before.jobs];
}
