/**
 * How fast the main job is on this machine: start, both lanes, throughput, memory, and a very large object.
 *
 *   node bench/local-pipeline.ts [--skip-large] [--json]
 *
 * Prints one table: figure, target, ratio. Nothing else should run meanwhile. The large object needs 15 GB of
 * free disk and the AWS CLI; it is left out, and said so, where there is none.
 */
import { execFileSync, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { createReadStream, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { adminClients, allJobs, type Clients, finishedJob } from "../test/e2e/support/clients.ts";
import { LongshoreProcess, ownFlags, PROJECT_ROOT } from "../test/e2e/support/longshore-process.ts";
import { until } from "../test/e2e/support/until.ts";
import { quantile, Report, rounded } from "./support/report.ts";

const { values: flags } = parseArgs({
  options: { "skip-large": { type: "boolean", default: false }, json: { type: "boolean", default: false } },
});
const SAMPLES = 40;
const SMALL_OBJECTS = 1_000;
const LARGE_GIB = 5;
const state = mkdtempSync(join(tmpdir(), "longshore-bench-"));
const report = new Report();

try {
  await start();
  const longshore = new LongshoreProcess([...ownFlags(state), "--no-samples"]);
  const { endpoint, outputs } = await longshore.ready();
  const clients = adminClients(endpoint);
  const bucket = outputs.UploadsBucket ?? "";
  const jobsTable = outputs.JobsTableName ?? "";
  const pid = longshore.child.pid ?? 0;
  try {
    await warmUp(clients, bucket, jobsTable);
    report.add("idle memory of the runtime", residentMiB(pid), "MiB", 400, "less");
    await pooled(clients, bucket, jobsTable);
    await dedicated(clients, bucket, jobsTable);
    await throughput(clients, bucket, jobsTable, outputs.JobsQueueUrl ?? "");
    if (!flags["skip-large"]) await largeObject(endpoint, bucket, pid);
  } finally {
    await longshore.stop("SIGINT");
  }
} finally {
  rmSync(state, { recursive: true, force: true });
}
report.print();

/** From the command to the ready line, with and without synthesis. */
async function start(): Promise<void> {
  const stamp = join(PROJECT_ROOT, "cdk.out", "longshore-sources.sha256");
  const timed = async (name: string) => {
    const began = performance.now();
    const run = new LongshoreProcess([...ownFlags(join(state, name)), "--no-samples"]);
    await run.ready();
    const seconds = (performance.now() - began) / 1_000;
    await run.stop("SIGINT");
    return seconds;
  };
  await timed("warm");
  rmSync(stamp, { force: true });
  report.add("endpoint ready, with synthesis", await timed("synthesis"), "s", 6, "less");
  report.add(
    "endpoint ready, sources unchanged",
    median([await timed("a"), await timed("b"), await timed("c")]),
    "s",
    2.5,
    "less",
  );
}

async function warmUp(clients: Clients, bucket: string, jobsTable: string): Promise<void> {
  for (const key of ["warm-1.csv", "warm-2.csv"]) {
    await put(clients, bucket, key, smallCsv(1));
    await finishedJob(clients, jobsTable, key);
  }
}

/** One small object at a time, from the answer to its upload to the end of its job. */
async function pooled(clients: Clients, bucket: string, jobsTable: string): Promise<void> {
  const times: number[] = [];
  for (let index = 0; index < SAMPLES; index++) {
    const key = `pooled-${index}.csv`;
    await put(clients, bucket, key, smallCsv(index));
    const uploadedAt = Date.now();
    const job = await finishedJob(clients, jobsTable, key);
    times.push(Date.parse(job.finishedAt ?? "") - uploadedAt);
  }
  report.add("pooled: upload to result, p50", quantile(times, 0.5), "ms", 400, "less");
  report.add("pooled: upload to result, p95", quantile(times, 0.95), "ms", 400, "less");
}

/** One large object at a time: each gets a task of its own. */
async function dedicated(clients: Clients, bucket: string, jobsTable: string): Promise<void> {
  const body = Buffer.from(
    `id,value\n${Array.from({ length: 600_000 }, (_, i) => `${i},${i % 97}`).join("\n")}\n`,
  );
  const times: number[] = [];
  for (let index = 0; index < 10; index++) {
    const key = `dedicated-${index}.csv`;
    await put(clients, bucket, key, body);
    const uploadedAt = Date.now();
    const job = await finishedJob(clients, jobsTable, key);
    if (job.lane !== "dedicated") throw new Error(`${key} went to the ${job.lane} lane`);
    times.push(Date.parse(job.finishedAt ?? "") - uploadedAt);
  }
  report.add(
    `dedicated (${rounded(body.length / 2 ** 20)} MiB): upload to result, p50`,
    quantile(times, 0.5),
    "ms",
    2_000,
    "less",
  );
}

/** Many small objects at once, until the last has its result. */
async function throughput(
  clients: Clients,
  bucket: string,
  jobsTable: string,
  jobsQueue: string,
): Promise<void> {
  const keys = Array.from({ length: SMALL_OBJECTS }, (_, index) => `many-${index}.csv`);
  const began = Date.now();
  const waiting = [...keys];
  const uploader = async () => {
    for (let key = waiting.pop(); key; key = waiting.pop())
      await put(clients, bucket, key, smallCsv(key.length));
  };
  await Promise.all(Array.from({ length: 16 }, uploader));
  // Asked for seldom, and cheaply: what watches takes its time from what is watched.
  await until("the queue is empty", () => queueIsEmpty(clients, jobsQueue), 300_000, 500);
  const ends = await until(
    "every object has its result",
    async () => {
      const jobs = (await allJobs(clients, jobsTable)).filter(({ key }) => key.startsWith("many-"));
      const done = jobs.filter(({ status }) => status === "succeeded");
      return done.length === SMALL_OBJECTS && done.map(({ finishedAt }) => Date.parse(finishedAt ?? ""));
    },
    60_000,
    500,
  );
  const seconds = (Math.max(...ends) - began) / 1_000;
  report.add(
    `${SMALL_OBJECTS} small objects, uploads included`,
    SMALL_OBJECTS / seconds,
    "objects/s",
    60,
    "more",
  );
}

async function queueIsEmpty({ sqs }: Clients, QueueUrl: string): Promise<boolean> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
  );
  const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = Attributes;
  return ApproximateNumberOfMessages === "0" && ApproximateNumberOfMessagesNotVisible === "0";
}

/** A large object up and down with the AWS CLI, in parts, while the runtime's memory is watched. */
async function largeObject(endpoint: string, bucket: string, pid: number): Promise<void> {
  try {
    execFileSync("aws", ["--version"], { stdio: "ignore" });
  } catch {
    report.note(`${LARGE_GIB} GiB object`, "not run: no AWS CLI on this machine");
    return;
  }
  const file = join(state, "large.bin");
  const block = randomBytes(16 * 2 ** 20);
  const descriptor = openSync(file, "w");
  for (let index = 0; index < (LARGE_GIB * 2 ** 30) / block.length; index++) writeSync(descriptor, block);
  const before = residentMiB(pid);
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, residentMiB(pid));
  }, 100);
  try {
    const url = `s3://${bucket}/large.bin`;
    const bytes = LARGE_GIB * 2 ** 30;
    report.add(
      `${LARGE_GIB} GiB up (aws s3 cp)`,
      bytes / 1e6 / (await awsCopy(endpoint, file, url)),
      "MB/s",
      80,
      "more",
    );
    const back = join(state, "back.bin");
    report.add(
      `${LARGE_GIB} GiB down (aws s3 cp)`,
      bytes / 1e6 / (await awsCopy(endpoint, url, back)),
      "MB/s",
      80,
      "more",
    );
    report.add("memory growth meanwhile", Math.max(1, peak - before), "MiB", 100, "less");
    if ((await digest(file)) !== (await digest(back))) throw new Error("the object came back changed");
  } finally {
    clearInterval(watch);
  }
}

async function awsCopy(endpoint: string, from: string, to: string): Promise<number> {
  const began = performance.now();
  const child = spawn("aws", ["--endpoint-url", endpoint, "s3", "cp", "--quiet", from, to], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      AWS_ACCESS_KEY_ID: "bench",
      AWS_SECRET_ACCESS_KEY: "bench",
      AWS_REGION: "us-east-1",
    },
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`aws s3 cp ended with ${code}`);
  return (performance.now() - began) / 1_000;
}

async function digest(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

function put({ s3 }: Clients, Bucket: string, Key: string, Body: string | Buffer) {
  return s3.send(new PutObjectCommand({ Bucket, Key, Body }));
}

/** About 3 KB: 100 rows of four columns. */
function smallCsv(seed: number): string {
  const lines = Array.from(
    { length: 100 },
    (_, i) => `${i},name ${(i * 7 + seed) % 31},${(i * 0.37).toFixed(2)},2026-11-${(i % 28) + 1}`,
  );
  return `id,name,value,day\n${lines.join("\n")}\n`;
}

function residentMiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
