import { type DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { FINAL_STATUSES, hourOf, type JobItem, jobItem } from "../events/jobs/job.ts";
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
  const firstHour = hourOf(
    new Date(Math.min(...uploads.map((upload) => upload.completedAt)) - 60_000).toISOString(),
  );
  while (open.size > 0 && !signal.aborted) {
    for (const hour of hoursSince(firstHour)) {
      for await (const job of jobsOf(dynamo, jobsTable, hour)) {
        const upload = open.get(versionKey(job));
        if (!upload || !FINAL_STATUSES.includes(job.status)) continue;
        open.delete(versionKey(job));
        const entry = { job, milliseconds: Date.parse(job.finishedAt ?? job.updatedAt) - upload.completedAt };
        finished.push(entry);
        onFinished(entry);
      }
    }
    if (open.size > 0) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return finished;
}

/** Jobs that were made known in one hour. @param order of their creation */
export async function* jobsOf(
  dynamo: DynamoDBDocumentClient,
  table: string,
  hour: string,
  order: "oldest-first" | "newest-first" = "oldest-first",
): AsyncGenerator<JobItem> {
  let start: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await dynamo.send(
      new QueryCommand({
        TableName: table,
        IndexName: "byHour",
        KeyConditionExpression: "#hour = :hour",
        ExpressionAttributeNames: { "#hour": "hour" },
        ExpressionAttributeValues: { ":hour": hour },
        ScanIndexForward: order === "oldest-first",
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    for (const item of Items) yield jobItem.parse(item);
    start = LastEvaluatedKey;
  } while (start);
}

/** The hours from one until now, oldest first, as `jobItem.hour` has them. */
export function hoursSince(first: string): string[] {
  const hours: string[] = [];
  for (let time = Date.parse(`${first}:00:00Z`); time <= Date.now(); time += 3_600_000) {
    hours.push(hourOf(new Date(time).toISOString()));
  }
  return hours;
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
