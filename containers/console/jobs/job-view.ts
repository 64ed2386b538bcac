import type { JobItem } from "../../../events/jobs/job.ts";
import type { Job } from "../api/schemas/jobs.ts";

/** A job as the API shows it. */
export function jobView(item: JobItem): Job {
  const { jobId, status, pipeline, lane, bucket, key, versionId, size, attempt, taskArn, createdAt } = item;
  const { updatedAt, startedAt, finishedAt, waitingFor, progress, supersededBy, facts, failure, result } =
    item;
  return {
    jobId,
    status,
    pipeline,
    lane,
    bucket,
    key,
    name: key.slice(key.lastIndexOf("/") + 1),
    versionId,
    size,
    attempt,
    taskArn,
    createdAt,
    updatedAt,
    startedAt,
    finishedAt,
    // What a later state has left behind.
    waitingFor: status === "queued" ? waitingFor : undefined,
    progress: status === "running" ? progress : undefined,
    supersededBy,
    facts,
    failure: status === "failed" ? failure : undefined,
    hasResult: status === "succeeded" && result !== undefined,
  };
}
