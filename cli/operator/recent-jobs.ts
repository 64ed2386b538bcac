import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { JobItem } from "../../events/jobs/job.ts";
import { readJob } from "../../events/jobs/job-table.ts";
import { BATCH_GET_KEYS, type JobsInTable, readJobs } from "../../events/jobs/read-jobs.ts";
import { jobEntries } from "../job-entries.ts";
import { UserError } from "../user-error.ts";

/** Jobs made known since an instant, newest first. */
export async function* recentJobs(
  dynamo: DynamoDBDocumentClient,
  jobsTable: string,
  since: Date,
): AsyncGenerator<JobItem> {
  const table = { client: dynamo, jobsTable };
  let ids: string[] = [];
  for await (const { jobId } of entriesSince(table, since)) {
    if (ids.push(jobId) < BATCH_GET_KEYS) continue;
    yield* inOrder(await readJobs(table, ids), ids);
    ids = [];
  }
  yield* inOrder(await readJobs(table, ids), ids);
}

function entriesSince(table: JobsInTable, since: Date) {
  return jobEntries(table, { from: since.toISOString(), to: "9999" }, "newest-first");
}

function inOrder(jobs: readonly JobItem[], ids: readonly string[]): JobItem[] {
  const byId = new Map(jobs.map((job) => [job.jobId, job]));
  return ids.flatMap((jobId) => byId.get(jobId) ?? []);
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
  const table = { client: dynamo, jobsTable };
  const since = new Date(Date.now() - SEARCHED_HOURS * 3_600_000);
  const ids: string[] = [];
  for await (const { jobId } of entriesSince(table, since)) if (jobId.startsWith(id)) ids.push(jobId);
  const [job, ...others] = inOrder(await readJobs(table, ids), ids);
  if (!job) {
    throw new UserError(
      `No job of the last ${SEARCHED_HOURS} hours begins with ${id}; an older one needs its whole id`,
    );
  }
  if (others.length > 0) {
    const names = [job, ...others].map(({ jobId, key }) => `  ${jobId.slice(0, 16)}  ${key}`);
    throw new UserError(`${names.length} jobs begin with ${id}; give more of it:\n${names.join("\n")}`);
  }
  return job;
}
