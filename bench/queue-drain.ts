/**
 * What workers make of a queue: 5,000 small objects drained with 1, 2 and 4 workers, against one task for each object in
 * the same run; calls to DynamoDB and SQS for each object; and the time to the first result of an empty system.
 *
 *   node bench/queue-drain.ts [--objects 5000] [--tasks 60] [--skip-first | --only-first] [--json]
 *
 * Nothing else should run meanwhile. Each number of workers drains a third of the objects. One task for each object is
 * measured on a few of them, since each takes about as long as the next.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { DescribeLogGroupsCommand, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeTasksCommand, ListTasksCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { Calls } from "../containers/kit/call-meter.ts";
import type { JobItem } from "../events/jobs/job.ts";
import { workerPlaces } from "../events/worker-places.ts";
import { PROJECT_ROOT } from "../infra/project-root.ts";
import { adminClients, allJobs, type Clients, finishedJob } from "../test/e2e/support/clients.ts";
import { until } from "../test/e2e/support/until.ts";
import { Report } from "./support/report.ts";
import { ServedAssembly } from "./support/served-assembly.ts";
import { smallObject } from "./support/small-objects.ts";

const { values: flags } = parseArgs({
  options: {
    objects: { type: "string", default: "5000" },
    tasks: { type: "string", default: "60" },
    "skip-first": { type: "boolean", default: false },
    "only-first": { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const OBJECTS = Number(flags.objects);
const TASKS = Number(flags.tasks);
const WORKERS = [1, 2, 4] as const;
const PLACES = workerPlaces(1);
/** What the first result of an empty system cannot be sooner than: the alarm's period and a task's start. */
const ALARM_PERIOD_SECONDS = 60;
const START_SECONDS = 35;

const state = mkdtempSync(join(tmpdir(), "longshore-drain-"));
const assemblies = join(PROJECT_ROOT, ".cache", `drain-${process.pid}`);
const report = new Report();
try {
  if (!flags["only-first"]) await drains();
  if (!flags["skip-first"]) await firstResult();
} finally {
  rmSync(state, { recursive: true, force: true });
  rmSync(assemblies, { recursive: true, force: true });
}
report.print();

async function drains(): Promise<void> {
  const perTaskSecond = await pooled();
  const alone = await oneTaskEach();
  for (const [workers, figure] of perTaskSecond) {
    report.compare(
      `objects per task second, ${workers} worker${workers > 1 ? "s" : ""}`,
      figure,
      "objects",
      { name: `one task per object (${TASKS} objects)`, figure: alone },
      "more",
      20,
    );
  }
}

/** @returns objects per second of a worker's time, by number of workers */
async function pooled(): Promise<Map<number, number>> {
  const assembly = synthesize("pooled", { workerScaling: "cpu", maxWorkers: 4, maximumBurst: 0 });
  await using runtime = await ServedAssembly.start(assembly, join(state, "pooled"));
  const clients = adminClients(runtime.endpoint);
  const perTaskSecond = new Map<number, number>();
  await setWorkers(runtime, clients, 0);
  for (const workers of WORKERS) {
    const share = Math.ceil(OBJECTS / WORKERS.length);
    const from = WORKERS.indexOf(workers) * share;
    const keys = await upload(runtime, clients, from, Math.min(OBJECTS, from + share));
    await until(
      "every message is in the queue",
      async () => (await visible(runtime, clients)) >= keys.size,
      120_000,
      200,
    );
    const tasks = await setWorkers(runtime, clients, workers);
    await until("the queue is empty", async () => (await visible(runtime, clients)) === 0, 600_000, 250);
    const jobs = await until(
      "every object has its result",
      async () => {
        const mine = (await allJobs(clients, runtime.output("JobsTableName"))).filter(({ key }) =>
          keys.has(key),
        );
        return mine.filter(({ status }) => status === "succeeded").length === keys.size && mine;
      },
      120_000,
      500,
    );
    await setWorkers(runtime, clients, 0);
    const begin = Math.min(...jobs.map(({ startedAt }) => Date.parse(startedAt ?? "")));
    const end = Math.max(...jobs.map(({ finishedAt }) => Date.parse(finishedAt ?? "")));
    const seconds = (end - begin) / 1_000;
    const throughput = keys.size / seconds / workers;
    perTaskSecond.set(workers, throughput);
    report.note(
      `${keys.size} objects, ${workers} worker${workers > 1 ? "s" : ""}`,
      `${seconds.toFixed(1)} s, ${throughput.toFixed(1)} objects/s for each worker`,
    );
    reportCalls(workers, keys.size, seconds, await callsOf(clients, tasks));
  }
  return perTaskSecond;
}

function reportCalls(
  workers: number,
  objects: number,
  seconds: number,
  calls: ReadonlyMap<string, Calls>,
): void {
  const of = (...names: string[]) => names.map((name) => calls.get(name) ?? { count: 0, milliseconds: 0 });
  const sum = (list: readonly Calls[], member: keyof Calls) =>
    list.reduce((total, one) => total + one[member], 0);
  const dynamo = of("UpdateItem", "GetItem", "PutItem", "BatchGetItem");
  const sqs = of(
    "ReceiveMessage",
    "DeleteMessageBatch",
    "ChangeMessageVisibility",
    "ChangeMessageVisibilityBatch",
    "SendMessage",
  );
  const suffix = `${workers} worker${workers > 1 ? "s" : ""}`;
  report.add(`DynamoDB calls for each object, ${suffix}`, sum(dynamo, "count") / objects, "calls", 6, "less");
  report.add(`SQS calls for each object, ${suffix}`, sum(sqs, "count") / objects, "calls", 1.3, "less");
  const share = (list: readonly Calls[], of: number) =>
    `${((sum(list, "milliseconds") / (of * 1_000)) * 100).toFixed(1)} %`;
  report.note(
    `of its places' time a worker waits on DynamoDB, ${suffix}`,
    share(dynamo, seconds * workers * PLACES),
  );
  report.note(`of its time a worker has a call to SQS under way, ${suffix}`, share(sqs, seconds * workers));
}

/** @returns objects per second of tasks' time, from the pull of the image to the stop */
async function oneTaskEach(): Promise<number> {
  const assembly = synthesize("alone", { maximumBurst: 0 }, "dedicated");
  await using runtime = await ServedAssembly.start(assembly, join(state, "alone"));
  const clients = adminClients(runtime.endpoint);
  await setWorkers(runtime, clients, 0);
  const keys = new Set<string>();
  // As many at once as there are cores here: a task is not to wait for its like.
  const waiting = Array.from({ length: TASKS }, (_, index) => smallObject(index));
  const jobs: JobItem[] = [];
  const uploader = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      keys.add(next.key);
      await put(runtime, clients, next.key, next.body);
      jobs.push(await finishedJob(clients, runtime.output("JobsTableName"), next.key, 120_000));
    }
  };
  await Promise.all([uploader(), uploader()]);
  const seconds = await until(
    "every task has stopped",
    async () => {
      const times: number[] = [];
      const arns = jobs.flatMap(({ taskArn }) => taskArn ?? []);
      for (let from = 0; from < arns.length; from += 100) {
        const { tasks = [] } = await clients.ecs.send(
          new DescribeTasksCommand({
            cluster: runtime.output("ClusterName"),
            tasks: arns.slice(from, from + 100),
          }),
        );
        for (const { pullStartedAt, stoppedAt } of tasks) {
          if (pullStartedAt && stoppedAt) times.push((stoppedAt.getTime() - pullStartedAt.getTime()) / 1_000);
        }
      }
      return times.length === keys.size && times.reduce((total, one) => total + one, 0);
    },
    60_000,
    500,
  );
  report.note(
    `${keys.size} objects, a task each`,
    `${seconds.toFixed(1)} task seconds, ${(seconds / keys.size).toFixed(2)} s each; Fargate bills ${keys.size} minutes`,
  );
  return keys.size / seconds;
}

/**
 * From the first message of a system without tasks to its result, with tasks that take 35 s to start. The message comes
 * as a period of the alarm begins, which is as late as the alarm can notice it. The clock is the wall's: a faster one would
 * count what is computed as many times.
 */
async function firstResult(): Promise<void> {
  const assembly = synthesize("first", { minWorkers: 0, maximumBurst: 0 });
  await using runtime = await ServedAssembly.start(assembly, join(state, "first"), {
    fargateStartSeconds: START_SECONDS,
  });
  const clients = adminClients(runtime.endpoint);
  const { key, body } = smallObject(0);
  const period = ALARM_PERIOD_SECONDS * 1_000;
  await pause(period - (Date.now() % period));
  const began = Date.now();
  await put(runtime, clients, key, body);
  const job = await finishedJob(clients, runtime.output("JobsTableName"), key, 300_000);
  const { tasks: [task] = [] } = await clients.ecs.send(
    new DescribeTasksCommand({ cluster: runtime.output("ClusterName"), tasks: [job.taskArn ?? ""] }),
  );
  const steps: readonly (readonly [string, number | undefined])[] = [
    ["the alarm, and the service that it scales: a task is asked for", task?.createdAt?.getTime()],
    ["the task's start, as long as it is simulated", task?.startedAt?.getTime()],
    ["the worker's own start, until it has the message and its job", Date.parse(job.startedAt ?? "")],
    ["the object's work, to its result", Date.parse(job.finishedAt ?? "")],
  ];
  let before = began;
  for (const [step, at = before] of steps) {
    report.note(`first result: ${step}`, `${((at - before) / 1_000).toFixed(1)} s`);
    before = at;
  }
  const least = ALARM_PERIOD_SECONDS + START_SECONDS;
  report.add(
    "first message to first result, from zero workers",
    (before - began) / 1_000,
    "s",
    Math.round(1.1 * least),
    "less",
  );
}

function synthesize(name: string, settings: object, lanes: "both" | "dedicated" = "both"): string {
  const directory = join(assemblies, name);
  const { context } = JSON.parse(readFileSync(join(PROJECT_ROOT, "cdk.json"), "utf8")) as { context: object };
  execFileSync(
    process.execPath,
    [join(PROJECT_ROOT, "bench", "support", "synthesize-app.ts"), JSON.stringify(settings), lanes],
    {
      stdio: ["ignore", "ignore", "pipe"],
      env: { PATH: process.env.PATH, CDK_OUTDIR: directory, CDK_CONTEXT_JSON: JSON.stringify(context) },
    },
  );
  return directory;
}

function put(runtime: ServedAssembly, { s3 }: Clients, Key: string, Body: string) {
  return s3.send(new PutObjectCommand({ Bucket: runtime.output("UploadsBucket"), Key, Body }));
}

async function upload(
  runtime: ServedAssembly,
  clients: Clients,
  from: number,
  to: number,
): Promise<Set<string>> {
  const waiting = Array.from({ length: to - from }, (_, index) => smallObject(from + index));
  const keys = new Set(waiting.map(({ key }) => key));
  const uploader = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop())
      await put(runtime, clients, next.key, next.body);
  };
  await Promise.all(Array.from({ length: 16 }, uploader));
  return keys;
}

async function visible(runtime: ServedAssembly, { sqs }: Clients): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: runtime.output("JobsQueueUrl"),
      AttributeNames: ["ApproximateNumberOfMessages"],
    }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
}

/** @returns the workers' tasks, once they run and no other does */
async function setWorkers(
  runtime: ServedAssembly,
  { ecs }: Clients,
  desiredCount: number,
): Promise<string[]> {
  const cluster = runtime.output("ClusterName");
  const service = runtime.output("WorkerServiceName");
  await ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount }));
  return until(
    `${desiredCount} workers run`,
    async () => {
      const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, serviceName: service }));
      const { tasks = [] } =
        taskArns.length === 0 ? {} : await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
      const running = tasks.filter(({ lastStatus }) => lastStatus === "RUNNING");
      return (
        tasks.length === desiredCount &&
        running.length === desiredCount &&
        running.map(({ taskArn = "" }) => taskArn)
      );
    },
    90_000,
    100,
  );
}

/** What workers say of their calls as they end. */
async function callsOf({ logs }: Clients, taskArns: readonly string[]): Promise<Map<string, Calls>> {
  const ids = taskArns.map((arn) => arn.split("/").at(-1) ?? "");
  const lines = await until("the workers have said what they asked of AWS", async () => {
    const { events = [] } = await logs.send(
      new FilterLogEventsCommand({
        logGroupName: await workerLogGroup(logs),
        filterPattern: '{ $.event = "task.calls" }',
      }),
    );
    const mine = events.filter(({ logStreamName = "" }) => ids.some((id) => logStreamName.endsWith(id)));
    return mine.length === ids.length && mine;
  });
  const total = new Map<string, Calls>();
  for (const { message = "{}" } of lines) {
    const { calls } = JSON.parse(message) as { calls: Record<string, Calls> };
    for (const [name, { count, milliseconds }] of Object.entries(calls)) {
      const sum = total.get(name) ?? { count: 0, milliseconds: 0 };
      total.set(name, { count: sum.count + count, milliseconds: sum.milliseconds + milliseconds });
    }
  }
  return total;
}

async function workerLogGroup(logs: Clients["logs"]): Promise<string> {
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
  const found = logGroups.find(({ logGroupName = "" }) => /QueueWorkersWorker/.test(logGroupName));
  if (!found?.logGroupName) throw new RangeError("no log group of the workers");
  return found.logGroupName;
}
