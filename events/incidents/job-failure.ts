import * as z from "zod";
import { type FailureCause, failureCause, type JobItem } from "../jobs/job.ts";
import { incidentJob } from "./incident.ts";

/** Causes that lie in the file and concern its uploader, whom the job tells: no incident for administrators. */
export const UPLOADERS_CAUSES: ReadonlySet<FailureCause> = new Set([
  "object-gone",
  "object-changed",
  "unreadable",
]);

/**
 * What a worker sends to `on-job-failed` of a job that has failed for a cause that administrators can mend. Its task
 * goes on with other jobs, so that no stopped task tells of it.
 */
export const jobFailure = z.object({
  kind: z.literal("job-failed"),
  job: incidentJob,
  cause: failureCause,
  message: z.string(),
  /** The worker that had the job. */
  taskArn: z.string().optional(),
  /** ISO 8601. */
  occurredAt: z.iso.datetime(),
});
export type JobFailure = z.infer<typeof jobFailure>;

/** @returns undefined for a job that has not failed, or for a cause that is its uploader's */
export function jobFailureOf(item: JobItem): JobFailure | undefined {
  const { status, failure, finishedAt, taskArn } = item;
  if (status !== "failed" || failure === undefined || UPLOADERS_CAUSES.has(failure.cause)) return undefined;
  const { jobId, pipeline, attempt, bucket, key, versionId, size } = item;
  return {
    kind: "job-failed",
    job: { jobId, pipeline, attempt, bucket, key, ...(versionId === undefined ? {} : { versionId }), size },
    ...failure,
    ...(taskArn === undefined ? {} : { taskArn }),
    occurredAt: finishedAt ?? item.updatedAt,
  };
}
