import { once } from "node:events";
import type { Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { BatchWriteCommand, DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { startFauxqs } from "fauxqs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { BatchTable } from "../../../../containers/batch/batch-table.ts";
import { createBatchLog } from "../../../../containers/batch/log.ts";
import type { UploadsCheck } from "../../../../containers/batch/uploads/check-page.ts";
import { Driver } from "../../../../containers/batch/uploads/driver.ts";
import { walkBucket } from "../../../../containers/batch/uploads/walk-bucket.ts";
import { jobIdOf, objectIdOf } from "../../../../events/jobs/job-id.ts";
import { jobMessage } from "../../../../events/jobs/job-message.ts";
import { readJob } from "../../../../events/jobs/job-table.ts";
import { launchRequest } from "../../../../events/jobs/launch-request.ts";
import { type S3Server, startS3 } from "../../../local/s3/s3-server.ts";
import { testPipelines } from "../../support/pipelines.ts";

const OBJECTS = 2_300;
const bucket = "uploads";
const dynalite = createRequire(import.meta.url)("dynalite")({ createTableMs: 0 }) as Server;
const credentials = { accessKeyId: "a", secretAccessKey: "b" };
let s3: S3Server;
let fauxqs: Awaited<ReturnType<typeof startFauxqs>>;
let client: DynamoDBDocumentClient;
let sqs: SQSClient;
let table: BatchTable;
/** Ids of the jobs that the keys should have. */
const jobIds = new Map<string, string>();

async function put(key: string, Body: string | Buffer = "a\n1\n"): Promise<string> {
  const { VersionId = "", ETag = "" } = await s3.client.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body }),
  );
  const jobId = jobIdOf(
    { bucket, key, versionId: VersionId, etag: ETag.replaceAll('"', "") },
    key.endsWith(".csv") ? "tables" : "generic",
  );
  jobIds.set(key, jobId);
  return jobId;
}

/** What a worker does first. */
async function made(key: string): Promise<void> {
  await client.send(new PutCommand({ TableName: "jobs", Item: { jobId: jobIds.get(key) } }));
}

beforeAll(async () => {
  [s3, fauxqs] = await Promise.all([
    startS3(),
    startFauxqs({ port: 0, logger: false }),
    once(dynalite.listen(0, "127.0.0.1"), "listening"),
  ]);
  fauxqs.createQueue("jobs");
  fauxqs.createQueue("launches");
  sqs = new SQSClient({ endpoint: `http://127.0.0.1:${fauxqs.port}`, region: "us-east-1", credentials });
  const endpoint = `http://127.0.0.1:${(dynalite.address() as AddressInfo).port}`;
  client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region: "us-east-1", credentials }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  for (const [TableName, ...keys] of [
    ["jobs", "jobId"],
    ["objects", "objectId"],
    ["batch", "pk", "sk"],
  ] as [string, ...string[]][]) {
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
        KeySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index ? "RANGE" : "HASH" })),
      }),
    );
  }
  table = new BatchTable(client, "batch");
  await s3.client.send(new CreateBucketCommand({ Bucket: bucket }));
  await s3.client.send(
    new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: "Enabled" } }),
  );
  for (let at = 0; at < OBJECTS; at += 50) {
    const keys = Array.from({ length: 50 }, (_, index) => `any/${String(at + index).padStart(5, "0")}.csv`);
    const ids = await Promise.all(keys.map((key) => put(key)));
    for (const some of [ids.slice(0, 25), ids.slice(25)]) {
      const RequestItems = { jobs: some.map((jobId) => ({ PutRequest: { Item: { jobId } } })) };
      await client.send(new BatchWriteCommand({ RequestItems }));
    }
  }
}, 60_000);

afterAll(async () => {
  client.destroy();
  sqs.destroy();
  dynalite.close();
  await fauxqs.stop();
  await s3[Symbol.asyncDispose]();
});

/** One run's walk, `now` later than the uploads. */
async function walk(pages: number, laterMs = 3_600_000) {
  const clock = { now: () => Date.now() + laterMs };
  const queue = (name: string) => `http://127.0.0.1:${fauxqs.port}/000000000000/${name}`;
  const lease = { assertHeld: () => {} };
  const lines: string[] = [];
  const driver = new Driver({
    jobs: { client, jobsTable: "jobs", objectsTable: "objects" },
    table,
    sqs,
    jobsQueueUrl: queue("jobs"),
    launchQueueUrl: queue("launches"),
    taskArn: "arn:aws:ecs:us-east-1:000000000000:task/longshore/batch",
    clock,
    lease,
    log: createBatchLog((line) => lines.push(line)),
  });
  const patience = { graceSeconds: 900, queued: 0 };
  const check: UploadsCheck = {
    s3: s3.client,
    client,
    jobsTable: "jobs",
    bucket,
    pipelines: testPipelines(),
    patiences: { jobs: patience, launches: patience },
    driver,
    clock,
  };
  const outcome = await walkBucket(check, table, lease, pages);
  return { ...outcome, driven: lines.map((line) => (JSON.parse(line) as { key: string }).key) };
}

const bodies = (queue: string) =>
  (fauxqs.inspectQueue(queue)?.messages.ready ?? []).map(({ body }): unknown => JSON.parse(body));

it("goes through the bucket in slices, finds what has no job, and looks up each upload once", async () => {
  const lost = await put("any/00042b.csv");
  await put("any/02200.csv");
  // As `launch-upload` has left it for the version before: the lost one must come after it.
  const objectId = objectIdOf({ bucket, key: "large.bin" }, "generic");
  const known = "00617F08299329D189".padEnd(64, "0");
  await client.send(
    new PutCommand({ TableName: "objects", Item: { objectId, sequencer: known, jobId: "older" } }),
  );
  const large = await put("large.bin", Buffer.alloc(9_000_000));

  const first = await walk(1);
  expect(first).toMatchObject({ pages: 1, checked: 1_000, driven: ["any/00042b.csv"], roundDone: false });
  expect(await walk(1)).toMatchObject({ pages: 1, driven: [], roundDone: false });
  expect(await walk(1)).toMatchObject({
    pages: 1,
    driven: expect.arrayContaining(["any/02200.csv", "large.bin"]),
    roundDone: true,
  });

  expect(bodies("jobs").map((body) => jobMessage.parse(body).event.detail.object.key)).toEqual([
    "any/00042b.csv",
    "any/02200.csv",
  ]);
  const [launch, ...others] = bodies("launches").map((body) => launchRequest.parse(body));
  expect(others).toEqual([]);
  expect(launch).toMatchObject({ attempt: 1, job: { jobId: large, lane: "dedicated", size: 9_000_000 } });
  expect((launch?.job.sequencer ?? "") > known).toBe(true);
  expect(await readJob({ client, jobsTable: "jobs" }, large)).toMatchObject({
    status: "accepted",
    attempt: 0,
  });
  // A pooled job is made by the worker that takes its message.
  expect(await readJob({ client, jobsTable: "jobs" }, lost)).toBeUndefined();

  // Until they have their jobs, what was driven is looked up again, though not driven again so soon.
  const day = 24 * 3_600_000;
  expect(await walk(100)).toMatchObject({ checked: OBJECTS + 2, driven: [], roundDone: true });
  for (const key of ["any/00042b.csv", "any/02200.csv"]) await made(key);
  expect(await walk(100, day)).toMatchObject({ checked: OBJECTS + 2, driven: [], roundDone: true });
  // Later rounds pass by what was looked up when it was new.
  expect(await walk(100, 2 * day)).toMatchObject({ pages: 3, checked: 0, driven: [], roundDone: true });
});

it("leaves alone what may still have its job soon, and comes back to it", async () => {
  await walk(100, 60 * 3_600_000);
  await put("any/young.csv");
  expect((await walk(100, 10_000)).driven).toEqual([]);
  expect((await walk(100, 20_000)).driven).toEqual([]);
  expect((await walk(100)).driven).toContain("any/young.csv");
});
