import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ECSClient } from "@aws-sdk/client-ecs";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { startFauxqs } from "fauxqs";
import { consoleEnvironment } from "../../../containers/console/environment.ts";
import { createConsoleLog } from "../../../containers/console/log.ts";
import { startConsole } from "../../../containers/console/start-console.ts";
import type { Incident } from "../../../events/incidents/incident.ts";
import type { JobItem } from "../../../events/jobs/job.ts";
import { jobIdOf } from "../../../events/jobs/job-id.ts";
import { INDEXED_ATTRIBUTES, JOB_INDEXES } from "../../../events/jobs/job-indexes.ts";
import { CREDENTIALS, startS3 } from "../../local/s3/s3-server.ts";
import { tableItem } from "../../support/table-item.ts";
import { checkAnswer } from "./checked.ts";

export const UPLOADS = "console-uploads";
export const RESULTS = "console-results";
export const TABLE = "jobs";
export const INCIDENTS = "incidents";
export const BATCH = "batch";
export const ADMINISTRATOR = "administrator-token-0123456789";
export const UPLOADER = "uploader-token-0123456789";

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

const place = (container: string) => ({ group: `/${container}`, container });

/** What the console's environment says, with queues at this endpoint. */
export function consoleVariables(sqsEndpoint: string): Record<string, string> {
  const queue = (name: string) => `${sqsEndpoint}/000000000000/${name}`;
  return {
    PORT: "0",
    HOST: "127.0.0.1",
    JOBS_TABLE: TABLE,
    INCIDENTS_TABLE: INCIDENTS,
    BATCH_TABLE: BATCH,
    UPLOADS_BUCKET: UPLOADS,
    RESULTS_BUCKET: RESULTS,
    JOBS_QUEUE_URL: queue("jobs"),
    LAUNCH_QUEUE_URL: queue("launches"),
    CLUSTER: "arn:aws:ecs:us-east-1:000000000000:cluster/test",
    QUEUES: JSON.stringify({
      work: { jobs: queue("jobs"), launches: queue("launches") },
      deadLetters: { "jobs-dead": queue("jobs-dead") },
    }),
    LOGS: JSON.stringify({ worker: place("worker"), processor: place("processor"), own: {} }),
    PIPELINES: JSON.stringify(PIPELINES),
    ARCHITECTURE: "x86_64",
    WORKER: JSON.stringify({ size: { cpu: 1024, memoryMiB: 2048 }, capacity: "FARGATE", places: 8 }),
    UPLOADER_TOKEN: UPLOADER,
    ADMINISTRATOR_TOKEN: ADMINISTRATOR,
    UPLOAD_STAGING: join(tmpdir(), "longshore-console-staging"),
  };
}

/** The console on a port of its own, with S3, SQS and DynamoDB beside it; of other services nothing answers. */
export async function startTestConsole(variables: Record<string, string> = {}) {
  const dynalite = createRequire(import.meta.url)("dynalite") as (options: object) => Server;
  const tables = dynalite({ createTableMs: 0 });
  tables.listen(0, "127.0.0.1");
  const [queues, objects] = await Promise.all([
    startFauxqs({ port: 0, logger: false, host: "127.0.0.1" }),
    startS3(),
    once(tables, "listening"),
  ]);
  for (const name of ["jobs", "launches", "jobs-dead"]) queues.createQueue(name);
  const common = { region: "us-east-1", credentials: CREDENTIALS, maxAttempts: 1 };
  const at = (port: number) => ({ ...common, endpoint: `http://127.0.0.1:${port}` });
  const client = new DynamoDBClient(at((tables.address() as AddressInfo).port));
  const s3 = new S3Client({
    ...at(objects.port),
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
  for (const Bucket of [UPLOADS, RESULTS]) await s3.send(new CreateBucketCommand({ Bucket }));
  const dynamo = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  await createTables(client);
  const staging = mkdtempSync(join(tmpdir(), "longshore-console-"));
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => lines.push(JSON.parse(line));
  const sqs = new SQSClient(at(queues.port));
  const nothing = at(1);
  const running = await startConsole({
    environment: consoleEnvironment({
      ...consoleVariables(`http://127.0.0.1:${queues.port}`),
      UPLOAD_STAGING: staging,
      ...variables,
    }),
    clients: {
      dynamo,
      s3,
      publicS3: s3,
      sqs,
      ecs: new ECSClient(nothing),
      logs: new CloudWatchLogsClient(nothing),
      cloudwatch: new CloudWatchClient(nothing),
      autoScaling: new ApplicationAutoScalingClient(nothing),
      lambda: new LambdaClient(nothing),
      events: new EventBridgeClient(nothing),
    },
    log: createConsoleLog(write),
    write,
  });
  const url = `http://127.0.0.1:${running.port}`;
  return {
    ...running,
    url,
    s3Origin: `http://127.0.0.1:${objects.port}`,
    dynamo,
    s3,
    sqs,
    lines,
    staging,
    /** Asks as an administrator's program does, unless told otherwise, and checks the answer against the contract. */
    async ask(
      path: string,
      { token = ADMINISTRATOR, ...init }: RequestInit & { token?: string | null } = {},
    ) {
      const headers = new Headers(init.headers);
      if (token !== null) headers.set("authorization", `Bearer ${token}`);
      const answer = await fetch(`${url}${path}`, { ...init, headers });
      await checkAnswer(init.method ?? "GET", `${url}${path}`, answer);
      return answer;
    },
    jobs: { client: dynamo, jobsTable: TABLE },
    async put(job: JobItem) {
      await dynamo.send(new PutCommand({ TableName: TABLE, Item: tableItem(job) }));
      return job;
    },
    async putIncident(incident: Incident) {
      await dynamo.send(new PutCommand({ TableName: INCIDENTS, Item: incident }));
      return incident;
    },
    async [Symbol.asyncDispose]() {
      await running.stop();
      client.destroy();
      s3.destroy();
      sqs.destroy();
      tables.close();
      await Promise.all([queues.stop(), objects[Symbol.asyncDispose]()]);
      rmSync(staging, { recursive: true, force: true });
    },
  };
}
export type TestConsole = Awaited<ReturnType<typeof startTestConsole>>;

type Index = readonly [name: string, partition: string, sort: string];

async function createTables(client: DynamoDBClient): Promise<void> {
  const create = (
    TableName: string,
    keys: readonly string[],
    indexes: readonly Index[],
    included?: readonly string[],
  ) => {
    const schema = (names: readonly string[]) =>
      names.map((AttributeName, index) => ({
        AttributeName,
        KeyType: index === 0 ? ("HASH" as const) : ("RANGE" as const),
      }));
    const attributes = new Set([...keys, ...indexes.flatMap(([, ...names]) => names)]);
    return client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [...attributes].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
        KeySchema: schema(keys),
        ...(indexes.length > 0 && {
          GlobalSecondaryIndexes: indexes.map(([IndexName, ...names]) => ({
            IndexName,
            KeySchema: schema(names),
            Projection:
              included === undefined
                ? { ProjectionType: "ALL" }
                : { ProjectionType: "INCLUDE", NonKeyAttributes: [...included] },
          })),
        }),
      }),
    );
  };
  await create(
    TABLE,
    ["jobId"],
    Object.values(JOB_INDEXES).map(({ name, partition }) => [name, partition, "createdAt"]),
    INDEXED_ATTRIBUTES,
  );
  await create(
    INCIDENTS,
    ["incidentId"],
    [
      ["byDay", "day", "occurredAt"],
      ["byJob", "jobId", "occurredAt"],
    ],
  );
  await create(BATCH, ["pk", "sk"], []);
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
