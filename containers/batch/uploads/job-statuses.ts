import { type JobStatus, jobStatus } from "../../../events/jobs/job.ts";
import { type JobsInTable, readItems } from "../../../events/jobs/read-jobs.ts";

/** The states of jobs by id, undefined for an item that cannot be read; jobs that are unknown are not there. */
export async function readStatuses(
  table: JobsInTable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, JobStatus | undefined>> {
  const items = await readItems(table, ids, ["jobId", "status"]);
  return new Map(items.map(({ jobId, status }) => [String(jobId), jobStatus.safeParse(status).data]));
}
