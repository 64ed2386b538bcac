import type { JobMessage } from "../../../events/jobs/job-message.ts";
import { type JobRequest, resultKeyFor } from "../../../events/jobs/job-request.ts";
import { applyWrite } from "../../../events/jobs/job-table.ts";
import { accept, type NewJob } from "../../../events/jobs/transitions.ts";
import { RESULTS, type TestPlatform } from "./platform.ts";

/** The job that an event makes, as the dispatcher knows it. */
export function newJob(
  platform: TestPlatform,
  event: JobMessage["event"],
  lane: NewJob["lane"],
  pipeline = "tables",
): NewJob {
  const { bucket, object } = event.detail;
  const { key, size, etag, sequencer } = object;
  return {
    jobId: platform.jobId(event, pipeline),
    pipeline,
    lane,
    bucket: bucket.name,
    key,
    size,
    etag,
    sequencer,
  };
}

/** Does what `launch-upload` does before RunTask, and returns what the task finds in its environment. */
export async function accepted(
  platform: TestPlatform,
  event: JobMessage["event"],
  attempt = 1,
): Promise<JobRequest> {
  const job = newJob(platform, event, "dedicated");
  await applyWrite(platform.table, accept(job, new Date().toISOString()));
  const { jobId, pipeline, lane: _, ...object } = job;
  const result = { bucket: RESULTS, key: resultKeyFor(pipeline, jobId, attempt) };
  return { contract: 1, jobId, pipeline, attempt, maxAttempts: 3, object, result };
}
