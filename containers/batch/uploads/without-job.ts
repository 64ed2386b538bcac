import type { JobsInTable } from "../../../events/jobs/read-jobs.ts";
import { readStatuses } from "./job-statuses.ts";
import type { Upload } from "./object-version.ts";

/** Those of the uploads that have no job. */
export async function withoutJob(table: JobsInTable, uploads: readonly Upload[]): Promise<Upload[]> {
  const known = await readStatuses(
    table,
    uploads.map(({ jobId }) => jobId),
  );
  return uploads.filter(({ jobId }) => !known.has(jobId));
}
