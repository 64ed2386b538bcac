import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { BatchWriteCommand, DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { hourAt } from "../../../events/batch/hour.ts";
import { hourOf, type JobItem } from "../../../events/jobs/job.ts";
import { jobIdOf } from "../../../events/jobs/job-id.ts";
import { longshore } from "../../e2e/support/operator.ts";
import { tableItem } from "../../support/table-item.ts";
import type { System } from "./system.ts";

const HOUR_MS = 3_600_000;
const BATCH = 25;

/** What is seeded for an hour: more in the day, less at night. */
const objectsOf = (hour: number) => Math.round(90 + 70 * Math.sin(hour / 2.2));

/** Jobs as they stand in the table after some hours of work, and the rollups that the batch makes of them. */
export async function seedPast(system: System, hours = 4): Promise<void> {
  const jobs: JobItem[] = [];
  for (let ago = hours; ago >= 1; ago--) {
    const start = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - ago * HOUR_MS;
    const count = objectsOf(ago);
    for (let index = 0; index < count; index++) jobs.push(pastJob(system, start, index, count));
  }
  await putJobs(system, jobs);
  for (let ago = hours; ago >= 1; ago--) {
    const hour = hourAt(Date.now() - ago * HOUR_MS);
    const { code, stderr } = await longshore(["batch", "--hour", hour, "--json"], {
      AWS_ENDPOINT_URL: system.endpoint,
      AWS_REGION: "us-east-1",
    });
    if (code !== 0) throw new Error(`The batch of ${hour} failed: ${stderr}`);
  }
}

/** Writes jobs as they are. */
export async function putJobs({ endpoint, outputs }: System, jobs: readonly JobItem[]): Promise<void> {
  const credentials = { accessKeyId: "admin", secretAccessKey: "admin" };
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint, region: "us-east-1", credentials }),
    { marshallOptions: { removeUndefinedValues: true } },
  );
  const table = outputs.JobsTableName ?? "";
  for (let at = 0; at < jobs.length; at += BATCH * 8) {
    const some = Array.from({ length: 8 }, (_, lane) =>
      jobs.slice(at + lane * BATCH, at + (lane + 1) * BATCH),
    );
    await Promise.all(
      some
        .filter((items) => items.length > 0)
        .map((items) =>
          client.send(
            new BatchWriteCommand({
              RequestItems: { [table]: items.map((job) => ({ PutRequest: { Item: tableItem(job) } })) },
            }),
          ),
        ),
    );
  }
}

/** @param start of its hour, in milliseconds */
export function pastJob({ outputs }: System, start: number, index: number, count: number): JobItem {
  const bucket = outputs.UploadsBucket ?? "";
  const at = (ms: number) => new Date(start + (index / count) * HOUR_MS + ms).toISOString();
  const key = `${at(0).slice(0, 10).replaceAll("-", "/")}/seeded/manifest-${hourOf(at(0)).slice(11)}-${index}.csv`;
  const failed = index % 37 === 5;
  const took = 300 + ((index * 7919) % 2_400);
  const createdAt = at(0);
  return {
    jobId: jobIdOf({ bucket, key, etag: "seed" }, "tables"),
    status: failed ? "failed" : "succeeded",
    pipeline: "tables",
    lane: "pooled",
    bucket,
    key,
    etag: "seed",
    size: 20_000 + ((index * 104_729) % 900_000),
    sequencer: "01",
    attempt: 1,
    createdAt,
    startedAt: at(200),
    finishedAt: at(200 + took),
    updatedAt: at(200 + took),
    ...(failed
      ? { failure: { cause: "unreadable", message: "row 12 has 9 fields; the others have 8" } }
      : { facts: { type: "CSV", rows: 100 + index, columns: 8 } }),
  };
}
