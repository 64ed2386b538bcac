import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { hourOf, type JobItem } from "../../events/jobs/job.ts";
import { readJob } from "../../events/jobs/job-table.ts";
import { UserError } from "../user-error.ts";
import { hoursSince, jobsOf } from "../watch-jobs.ts";

/** Jobs made known since an instant, newest first. */
export async function* recentJobs(
  dynamo: DynamoDBDocumentClient,
  jobsTable: string,
  since: Date,
): AsyncGenerator<JobItem> {
  const first = since.toISOString();
  for (const hour of hoursSince(hourOf(first)).reverse()) {
    for await (const job of jobsOf(dynamo, jobsTable, hour, "newest-first")) {
      if (job.createdAt >= first) yield job;
    }
  }
}

/** Hours that are searched for an abbreviated job id. */
const SEARCHED_HOURS = 48;
const WHOLE_ID = /^[0-9a-f]{64}$/;

/**
 * The job of an id, or of the beginning of one that no other recent job shares.
 * @throws UserError when there is none, or more than one
 */
export async function findJob(
  dynamo: DynamoDBDocumentClient,
  jobsTable: string,
  id: string,
): Promise<JobItem> {
  if (WHOLE_ID.test(id)) {
    const job = await readJob({ client: dynamo, jobsTable }, id);
    if (job) return job;
    throw new UserError(`There is no job ${id}`);
  }
  if (!/^[0-9a-f]{4,63}$/.test(id)) {
    throw new UserError(`"${id}" is no job id: 64 hexadecimal characters, or at least the first 4 of them`);
  }
  const found = new Map<string, JobItem>();
  const since = new Date(Date.now() - SEARCHED_HOURS * 3_600_000);
  for await (const job of recentJobs(dynamo, jobsTable, since)) {
    if (job.jobId.startsWith(id)) found.set(job.jobId, job);
  }
  const [job, ...others] = found.values();
  if (!job) {
    throw new UserError(
      `No job of the last ${SEARCHED_HOURS} hours begins with ${id}; an older one needs its whole id`,
    );
  }
  if (others.length > 0) {
    const names = [...found.values()].map(({ jobId, key }) => `  ${jobId.slice(0, 16)}  ${key}`);
    throw new UserError(`${found.size} jobs begin with ${id}; give more of it:\n${names.join("\n")}`);
  }
  return job;
}
