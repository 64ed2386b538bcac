import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { FINAL_STATUSES, type JobItem } from "../events/jobs/job.ts";
import { type JobsInTable, readJobs } from "../events/jobs/read-jobs.ts";
import { jobEntries } from "./job-entries.ts";
import type { UploadedFile } from "./uploads.ts";

const POLL_MS = 100;

export interface FinishedJob {
  readonly job: JobItem;
  /** From the upload's completion to the job's end. */
  readonly milliseconds: number;
}

/** Waits for the jobs of uploads, by the index of jobs by time; `onFinished` hears of each as it ends. */
export async function watchJobs(
  dynamo: DynamoDBDocumentClient,
  jobsTable: string,
  uploads: readonly UploadedFile[],
  onFinished: (finished: FinishedJob) => void,
  signal: AbortSignal,
): Promise<FinishedJob[]> {
  const open = new Map(uploads.map((upload) => [versionKey(upload), upload]));
  const finished: FinishedJob[] = [];
  const table = { client: dynamo, jobsTable };
  const from = new Date(Math.min(...uploads.map(({ completedAt }) => completedAt)) - 60_000).toISOString();
  while (open.size > 0 && !signal.aborted) {
    for (const job of await jobsOfUploads(table, [...open.values()], from)) {
      const upload = open.get(versionKey(job));
      if (!upload || !FINAL_STATUSES.includes(job.status)) continue;
      open.delete(versionKey(job));
      const entry = { job, milliseconds: Date.parse(job.finishedAt ?? job.updatedAt) - upload.completedAt };
      finished.push(entry);
      onFinished(entry);
    }
    if (open.size > 0) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return finished;
}

/** The jobs of uploads, as far as they are known. @param from ISO 8601: none of them is older */
async function jobsOfUploads(
  table: JobsInTable,
  uploads: readonly UploadedFile[],
  from: string,
): Promise<JobItem[]> {
  const keys = new Set(uploads.map(({ key }) => key));
  const found: string[] = [];
  for await (const { jobId, key } of jobEntries(table, { from, to: "9999" }, "oldest-first")) {
    if (keys.has(key)) found.push(jobId);
  }
  return readJobs(table, found);
}

function versionKey({
  bucket,
  key,
  versionId,
}: {
  bucket: string;
  key: string;
  versionId?: string | undefined;
}) {
  return JSON.stringify([bucket, key, versionId]);
}
