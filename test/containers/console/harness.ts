import { once } from "node:events";
import type { Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { startFauxqs } from "fauxqs";
import { consoleEnvironment } from "../../../containers/console/environment.ts";
import { createConsoleLog } from "../../../containers/console/log.ts";
import { startConsole } from "../../../containers/console/start-console.ts";
import { hourOf, type JobItem } from "../../../events/jobs/job.ts";
import { jobIdOf } from "../../../events/jobs/job-id.ts";

export const UPLOADS = "console-uploads";
export const RESULTS = "console-results";
export const TABLE = "jobs";

const pipeline = {
  prefix: "",
  dedicatedAboveBytes: 1000,
  sizes: [{ size: { cpu: 256, memoryMiB: 512 } }],
  capacity: ["FARGATE"],
  memoryCeilingMiB: 8192,
  maxAttempts: 3,
  timeoutSeconds: 600,
};
export const PIPELINES = [
  { ...pipeline, name: "tables", suffixes: [".csv", ".parquet"] },
  { ...pipeline, name: "generic", suffixes: [] },
];

/** The console on a port of its own, with S3 and DynamoDB beside it. */
export async function startTestConsole(variables: Record<string, string> = {}) {
  const dynalite = createRequire(import.meta.url)("dynalite") as (options: object) => Server;
  const tables = dynalite({ createTableMs: 0 });
  tables.listen(0, "127.0.0.1");
  const [objects] = await Promise.all([
    startFauxqs({ port: 0, logger: false, host: "127.0.0.1" }),
    once(tables, "listening"),
  ]);
  objects.createBucket(UPLOADS);
  objects.createBucket(RESULTS);
  const common = { region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  const client = new DynamoDBClient({
    ...common,
    endpoint: `http://127.0.0.1:${(tables.address() as AddressInfo).port}`,
    maxAttempts: 1,
  });
  const s3 = new S3Client({ ...common, endpoint: `http://127.0.0.1:${objects.port}`, maxAttempts: 1 });
  const dynamo = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  await createJobsTable(client);
  const lines: Record<string, unknown>[] = [];
  const running = await startConsole({
    environment: consoleEnvironment({
      PORT: "0",
      HOST: "127.0.0.1",
      JOBS_TABLE: TABLE,
      UPLOADS_BUCKET: UPLOADS,
      RESULTS_BUCKET: RESULTS,
      PIPELINES: JSON.stringify(PIPELINES),
      ...variables,
    }),
    dynamo,
    s3,
    publicS3: s3,
    log: createConsoleLog((line) => lines.push(JSON.parse(line))),
  });
  return {
    ...running,
    url: `http://127.0.0.1:${running.port}`,
    s3Origin: `http://127.0.0.1:${objects.port}`,
    dynamo,
    s3,
    lines,
    async put(job: JobItem) {
      await dynamo.send(new PutCommand({ TableName: TABLE, Item: job }));
      return job;
    },
    async [Symbol.asyncDispose]() {
      await running.stop();
      client.destroy();
      s3.destroy();
      tables.close();
      await objects.stop();
    },
  };
}
export type TestConsole = Awaited<ReturnType<typeof startTestConsole>>;

async function createJobsTable(client: DynamoDBClient): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["jobId", "hour", "createdAt"].map((AttributeName) => ({
        AttributeName,
        AttributeType: "S" as const,
      })),
      KeySchema: [{ AttributeName: "jobId", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [
        {
          IndexName: "byHour",
          KeySchema: [
            { AttributeName: "hour", KeyType: "HASH" },
            { AttributeName: "createdAt", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "ALL" },
        },
      ],
    }),
  );
}

/** A job that was created `secondsAgo`; the key names it. */
export function makeJob(key: string, secondsAgo: number, change: Partial<JobItem> = {}): JobItem {
  const createdAt = new Date(Date.now() - secondsAgo * 1000).toISOString();
  return {
    jobId: jobIdOf({ bucket: UPLOADS, key, etag: "e" }, "tables"),
    status: "succeeded",
    pipeline: "tables",
    lane: "pooled",
    bucket: UPLOADS,
    key,
    etag: "e",
    size: 100,
    sequencer: "01",
    attempt: 1,
    createdAt,
    updatedAt: createdAt,
    hour: hourOf(createdAt),
    ...change,
  };
}

/** Waits for a condition, at most `timeoutMs`. */
export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Not so within ${timeoutMs} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
