import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { startFauxqs } from "fauxqs";
import { createDynamoClient, createS3Client, createSqsClient } from "../../../containers/kit/clients.ts";
import type { JobItem } from "../../../events/jobs/job.ts";
import { jobIdOf } from "../../../events/jobs/job-id.ts";
import type { JobMessage } from "../../../events/jobs/job-message.ts";
import { readJob } from "../../../events/jobs/job-table.ts";
import { eventually } from "./eventually.ts";
import { testPipelines } from "./pipelines.ts";
import { RunningTask } from "./running-task.ts";

export const UPLOADS = "uploads";
export const RESULTS = "results";
const QUEUES = ["jobs", "jobs-dead", "failed-jobs"] as const;

/** S3, SQS and DynamoDB on this machine, and the endpoint that tells a task who it is. */
export class TestPlatform implements AsyncDisposable {
  readonly #fauxqs: Awaited<ReturnType<typeof startFauxqs>>;
  readonly #dynamo: Server;
  readonly #metadata: Server;
  readonly #children = new Set<ChildProcess>();
  /** Tasks that are killed leave their files here. */
  readonly #folder = mkdtempSync(join(tmpdir(), "longshore-test-"));
  readonly environment: Record<string, string>;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly failedJobsQueueUrl: string;
  readonly clients: ReturnType<typeof createClients>;
  readonly protections: unknown[] = [];
  #sequencer = 0;

  private constructor(
    fauxqs: Awaited<ReturnType<typeof startFauxqs>>,
    dynamo: Server,
    metadata: Server,
    limits: { cpu: number; memoryMiB: number },
  ) {
    this.#fauxqs = fauxqs;
    this.#dynamo = dynamo;
    this.#metadata = metadata;
    fauxqs.createBucket(UPLOADS);
    fauxqs.createBucket(RESULTS);
    const [queueUrl, deadLetterQueueUrl, failedJobsQueueUrl] = QUEUES.map((name) => {
      fauxqs.createQueue(name);
      return `http://127.0.0.1:${fauxqs.port}/000000000000/${name}`;
    });
    this.queueUrl = queueUrl ?? "";
    this.deadLetterQueueUrl = deadLetterQueueUrl ?? "";
    this.failedJobsQueueUrl = failedJobsQueueUrl ?? "";
    this.environment = {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL: `http://127.0.0.1:${fauxqs.port}`,
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${portOf(dynamo)}`,
      JOBS_TABLE: "jobs",
      OBJECTS_TABLE: "objects",
      CAPACITY: "FARGATE",
      ARCHITECTURE: "x86_64",
      RESULTS_BUCKET: RESULTS,
      PIPELINES: JSON.stringify(testPipelines()),
      JOBS_QUEUE_URL: this.queueUrl,
      JOBS_DEAD_LETTER_QUEUE_URL: this.deadLetterQueueUrl,
      FAILED_JOBS_QUEUE_URL: this.failedJobsQueueUrl,
    };
    metadata.on("request", (request, response) => {
      const [, , task = ""] = (request.url ?? "").split("/");
      if (request.method === "PUT") {
        let body = "";
        request.on("data", (chunk) => {
          body += chunk;
        });
        request.on("end", () => {
          this.protections.push(JSON.parse(body));
          response.end("{}");
        });
        return;
      }
      const identity = {
        TaskARN: taskArn(task),
        ServiceName: "workers",
        Limits: { CPU: limits.cpu, Memory: limits.memoryMiB },
      };
      response.end(JSON.stringify(identity));
    });
    Object.assign(process.env, this.environment);
    this.clients = createClients();
  }

  /** @param limits what the metadata endpoint says of every task */
  static async start(limits = { cpu: 1, memoryMiB: 1024 }): Promise<TestPlatform> {
    const dynalite = createRequire(import.meta.url)("dynalite") as (options: object) => Server;
    const dynamo = dynalite({ createTableMs: 0 });
    const metadata = createServer();
    const [fauxqs] = await Promise.all([
      startFauxqs({ port: 0, logger: false }),
      listen(dynamo),
      listen(metadata),
    ]);
    const platform = new TestPlatform(fauxqs, dynamo, metadata, limits);
    for (const [TableName, key] of [
      ["jobs", "jobId"],
      ["objects", "objectId"],
    ] as const) {
      await platform.table.client.send(
        new CreateTableCommand({
          TableName,
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [{ AttributeName: key, AttributeType: "S" }],
          KeySchema: [{ AttributeName: key, KeyType: "HASH" }],
        }),
      );
    }
    return platform;
  }

  get table() {
    return { client: this.clients.dynamo, jobsTable: "jobs", objectsTable: "objects" };
  }

  /** Uploads an object; its event, as EventBridge would have it. */
  async upload(key: string, body: string | Buffer): Promise<JobMessage["event"]> {
    const put = await this.clients.s3.send(new PutObjectCommand({ Bucket: UPLOADS, Key: key, Body: body }));
    return this.event(key, Buffer.byteLength(body), (put.ETag ?? "").replaceAll('"', ""));
  }

  event(key: string, size: number, etag: string): JobMessage["event"] {
    this.#sequencer++;
    return {
      version: "0",
      id: `event-${this.#sequencer}`,
      "detail-type": "Object Created",
      source: "aws.s3",
      account: "000000000000",
      time: "2026-11-22T13:00:00Z",
      region: "us-east-1",
      resources: [`arn:aws:s3:::${UPLOADS}`],
      detail: {
        version: "0",
        bucket: { name: UPLOADS },
        object: { key, size, etag, sequencer: this.#sequencer.toString(16).padStart(18, "0") },
        reason: "PutObject",
      },
    };
  }

  /** The id of the job that an event makes. */
  jobId(event: JobMessage["event"], pipeline = "tables"): string {
    const { bucket, object } = event.detail;
    return jobIdOf(
      { bucket: bucket.name, key: object.key, etag: object.etag, sequencer: object.sequencer },
      pipeline,
    );
  }

  /** What a rule does: tells the jobs queue of an event. */
  async enqueue(event: JobMessage["event"], pipeline = "tables"): Promise<string> {
    await this.send(JSON.stringify({ pipeline, event } satisfies JobMessage));
    return this.jobId(event, pipeline);
  }

  async send(body: string): Promise<void> {
    await this.clients.sqs.send(new SendMessageCommand({ QueueUrl: this.queueUrl, MessageBody: body }));
  }

  job(jobId: string): Promise<JobItem | undefined> {
    return readJob(this.table, jobId);
  }

  /** Waits until a job is in one of the states. */
  async jobIs(jobId: string, ...statuses: JobItem["status"][]): Promise<JobItem> {
    return eventually(`job ${jobId} is ${statuses.join(" or ")}`, async () => {
      const job = await this.job(jobId);
      return job && statuses.includes(job.status) ? job : undefined;
    });
  }

  async result(job: JobItem): Promise<Record<string, unknown>> {
    const where = { Bucket: job.result?.bucket, Key: job.result?.key };
    const { Body } = await this.clients.s3.send(new GetObjectCommand(where));
    return JSON.parse((await Body?.transformToString()) ?? "");
  }

  /** Messages on a queue, seen or not; none are taken. */
  messages(queue: (typeof QUEUES)[number]): { ready: number; inFlight: number; bodies: string[] } {
    const { ready = [], inflight = [], delayed = [] } = this.#fauxqs.inspectQueue(queue)?.messages ?? {};
    const waiting = [...ready, ...delayed];
    return { ready: waiting.length, inFlight: inflight.length, bodies: waiting.map(({ body }) => body) };
  }

  /** Starts the processor as a task called `task`. */
  run(task: string, environment: Record<string, string> = {}): RunningTask {
    const child = spawn(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", "containers/processor/main.ts"],
      {
        cwd: new URL("../../..", import.meta.url),
        env: {
          PATH: process.env.PATH,
          TMPDIR: this.#folder,
          ...this.environment,
          ECS_CONTAINER_METADATA_URI_V4: `http://127.0.0.1:${portOf(this.#metadata)}/v4/${task}`,
          ...environment,
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    this.#children.add(child);
    return new RunningTask(child);
  }

  /** The child processes of a task, and the CPU time that each has used, in hundredths of a second. */
  async analysisProcesses(task: RunningTask): Promise<{ pid: number; cpu: number }[]> {
    const { pid } = task.child;
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
    const pids = children.trim().split(" ").filter(Boolean).map(Number);
    return Promise.all(
      pids.map(async (child) => {
        const [, afterName = ""] = (await readFile(`/proc/${child}/stat`, "utf8")).split(") ");
        const fields = afterName.split(" ");
        return { pid: child, cpu: Number(fields[11]) + Number(fields[12]) };
      }),
    );
  }

  get agentUri(): string {
    return `http://127.0.0.1:${portOf(this.#metadata)}/agent`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) if (child.exitCode === null) child.kill("SIGKILL");
    const { s3, sqs, dynamo } = this.clients;
    for (const client of [s3, sqs, dynamo]) client.destroy();
    this.#dynamo.close();
    this.#metadata.close();
    await this.#fauxqs.stop();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export function taskArn(task: string): string {
  return `arn:aws:ecs:us-east-1:000000000000:task/longshore/${task}`;
}

function createClients() {
  return { s3: createS3Client(), sqs: createSqsClient(), dynamo: createDynamoClient() };
}

async function listen(server: Server): Promise<void> {
  await once(server.listen(0, "127.0.0.1"), "listening");
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
