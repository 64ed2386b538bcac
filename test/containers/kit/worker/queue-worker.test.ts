import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PurgeQueueCommand } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Analysis, type Analyze, DEFAULT_OPTIONS } from "../../../../containers/kit/analyze.ts";
import { JobError } from "../../../../containers/kit/job-error.ts";
import { createLog } from "../../../../containers/kit/log.ts";
import { failureTeller, type TellOfFailure } from "../../../../containers/kit/worker/failure-teller.ts";
import { QueueWorker } from "../../../../containers/kit/worker/queue-worker.ts";
import { jobFailure } from "../../../../events/incidents/job-failure.ts";
import { JOB_MESSAGE_RECEIVES } from "../../../../events/jobs/job-message.ts";
import { PRICE_LIST, placeCost } from "../../../../events/prices.ts";
import { eventually } from "../../support/eventually.ts";
import { testPipelines } from "../../support/pipelines.ts";
import { RESULTS, TestPlatform, taskArn } from "../../support/platform.ts";

/** The worker in this process, with analyses that take as long, and end, as a test likes. */
let platform: TestPlatform;
let workFolder: string;
beforeEach(async () => {
  platform = await TestPlatform.start();
  workFolder = await mkdtemp(join(tmpdir(), "longshore-test-"));
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop(0);
  await platform[Symbol.asyncDispose]();
  await rm(workFolder, { recursive: true });
});

const ANALYSIS: Analysis = {
  type: { mime: "text/plain", detectedBy: "content" },
  analyzer: { name: "test", version: "1" },
  timings: {},
  peakMemoryBytes: 1,
  warnings: [],
  facts: { type: "test" },
  content: {},
  artifacts: [],
};

interface Started {
  /** Settles when the worker takes no more messages. */
  readonly left: Promise<void>;
  /** Returns when the worker has ended. */
  stop(graceMs: number): Promise<void>;
}

const WORKER = {
  size: { cpu: 1024, memoryMiB: 2048 },
  capacity: "FARGATE_SPOT",
  architecture: "arm64",
  places: 2,
} as const;
const workers: Started[] = [];
const turns: boolean[] = [];
const logged: Record<string, unknown>[] = [];

function start(
  task: string,
  analyze: Analyze,
  options: {
    leaseSeconds?: number;
    concurrency?: number;
    leaveAfterIdleSeconds?: number;
    tellOfFailure?: TellOfFailure;
  } = {},
) {
  const worker = new QueueWorker({
    ...platform.clients,
    table: platform.table,
    queueUrl: platform.queueUrl,
    deadLetterQueueUrl: platform.deadLetterQueueUrl,
    pipelines: testPipelines(),
    resultsBucket: RESULTS,
    leaseSeconds: 60,
    concurrency: 2,
    priced: WORKER,
    taskArn: taskArn(task),
    analyze,
    workFolder,
    options: DEFAULT_OPTIONS,
    limits: { memoryBytes: 2 ** 30, threads: 1, timeoutMs: 60_000 },
    tellOfFailure: failureTeller(platform.clients.sqs, platform.failedJobsQueueUrl),
    protection: { set: (busy) => turns.push(busy) },
    log: createLog({}, (line) => logged.push(JSON.parse(line))),
    ...options,
  });
  const running = worker.run();
  const started = {
    left: running,
    stop: async (graceMs: number) => void (await Promise.all([worker.stop(graceMs), running])),
  };
  workers.push(started);
  return started;
}

const never: Analyze = () => new Promise(() => {});

test("a message that can no longer be kept from others is said to be", async () => {
  const jobId = await platform.enqueue(await platform.upload("slow.csv", "a\n1\n"));
  start("losing", never, { leaseSeconds: 3, leaveAfterIdleSeconds: 1 });
  await platform.jobIs(jobId, "running");
  await platform.clients.sqs.send(new PurgeQueueCommand({ QueueUrl: platform.queueUrl }));
  const before = logged.length;
  const said = await eventually("the worker says so", async () =>
    logged.slice(before).find(({ doing }) => doing === "extend visibility"),
  );
  expect(said).toMatchObject({ level: "warn", event: "queue.error" });
});

test("what is not done when the grace is over is handed back, and shows again at once", async () => {
  const jobId = await platform.enqueue(await platform.upload("slow.csv", "a\n1\n"));
  const worker = start("leaving", never);
  await platform.jobIs(jobId, "running");
  await worker.stop(50);
  const handedBack = await platform.job(jobId);
  expect(handedBack).toMatchObject({ status: "queued", attempt: 0, prices: PRICE_LIST });
  expect(platform.messages("jobs")).toMatchObject({ ready: 1, inFlight: 0 });

  start("successor", async () => ANALYSIS);
  const done = await platform.jobIs(jobId, "succeeded");
  expect(done).toMatchObject({ attempt: 1, taskArn: taskArn("successor") });
  // The time of the worker that left counts as well.
  const ms = Date.parse(done.finishedAt ?? "") - Date.parse(done.startedAt ?? "");
  expect(handedBack?.cost).toBeGreaterThan(0);
  expect(done.cost).toBe((handedBack?.cost ?? 0) + placeCost(WORKER, ms, 2));
  expect(done.taskMs).toBe((handedBack?.taskMs ?? 0) + Math.round(ms / 2));
});

test("what was received and not begun is given back untouched", async () => {
  const jobIds: string[] = [];
  for (const key of ["1.csv", "2.csv", "3.csv"]) {
    jobIds.push(await platform.enqueue(await platform.upload(key, "a\n1\n")));
  }
  const worker = start("full", never, { concurrency: 1 });
  const [first = "", ...others] = jobIds;
  await platform.jobIs(first, "running");
  await worker.stop(0);
  expect(await Promise.all(others.map((jobId) => platform.job(jobId)))).toEqual([undefined, undefined]);
  expect(platform.messages("jobs")).toMatchObject({ ready: 3, inFlight: 0 });
  start("next", async () => ANALYSIS);
  await Promise.all(jobIds.map((jobId) => platform.jobIs(jobId, "succeeded")));
});

test("a job that takes longer than the lease keeps its message and its lease", async () => {
  const jobId = await platform.enqueue(await platform.upload("long.csv", "a\n1\n"));
  const slow: Analyze = () => new Promise((resolve) => setTimeout(() => resolve(ANALYSIS), 4_500));
  start("one", slow, { leaseSeconds: 3 });
  start("two", slow, { leaseSeconds: 3 });
  const running = await platform.jobIs(jobId, "running");
  await eventually("its lease goes on", async () => {
    const { leaseUntil = "" } = (await platform.job(jobId)) ?? {};
    return leaseUntil > (running.leaseUntil ?? "");
  });
  const done = await platform.jobIs(jobId, "succeeded");
  expect(done).toMatchObject({ attempt: 1, taskArn: running.taskArn });
});

test("one object that never ends does not keep the others waiting", async () => {
  const stuck = await platform.enqueue(await platform.upload("stuck.csv", "a\n1\n"));
  const jobIds: string[] = [];
  for (let index = 0; index < 25; index++) {
    jobIds.push(await platform.enqueue(await platform.upload(`quick-${index}.csv`, "a\n1\n")));
  }
  start("busy", (task, ...rest) =>
    task.key === "stuck.csv" ? never(task, ...rest) : Promise.resolve(ANALYSIS),
  );
  await Promise.all(jobIds.map((jobId) => platform.jobIs(jobId, "succeeded")));
  expect(await platform.job(stuck)).toMatchObject({ status: "running" });
});

test("an attempt that another may mend waits its turn; what nobody can mend fails at once", async () => {
  const retriable = await platform.enqueue(await platform.upload("retriable.csv", "a\n1\n"));
  const hopeless = await platform.enqueue(await platform.upload("hopeless.csv", "a\n1\n"));
  let tries = 0;
  start("trying", async ({ key }) => {
    if (key === "hopeless.csv") throw new JobError("unreadable", "It is no table");
    tries++;
    throw new JobError("disk-full", "No room", { retriable: true });
  });
  const waiting = await platform.jobIs(retriable, "queued");
  expect(waiting.waitingFor).toMatch(/another attempt, after disk-full: No room/);
  expect(await platform.jobIs(hopeless, "failed")).toMatchObject({ failure: { cause: "unreadable" } });
  expect(tries).toBe(1);
  expect(turns[0]).toBe(true);
});

test("people hear of a job that failed for a cause of theirs, and not of a bad file's", async () => {
  const denied = await platform.enqueue(await platform.upload("denied.csv", "a\n1\n"));
  const bad = await platform.enqueue(await platform.upload("bad.csv", "a\n1\n"));
  start("telling", async ({ key }) => {
    if (key === "bad.csv") throw new JobError("unreadable", "It is no table");
    throw new JobError("configuration", "AccessDenied: not authorized to s3:GetObject");
  });
  await Promise.all([denied, bad].map((jobId) => platform.jobIs(jobId, "failed")));
  const told = await eventually("both are off the queue", async () => {
    const { ready, inFlight } = platform.messages("jobs");
    return ready + inFlight === 0 ? platform.messages("failed-jobs").bodies : undefined;
  });
  expect(told.map((body) => jobFailure.parse(JSON.parse(body)))).toEqual([
    {
      ...{ kind: "job-failed", cause: "configuration", taskArn: taskArn("telling") },
      message: "AccessDenied: not authorized to s3:GetObject",
      occurredAt: (await platform.job(denied))?.finishedAt,
      job: expect.objectContaining({ jobId: denied, key: "denied.csv", attempt: 1, pipeline: "tables" }),
    },
  ]);
});

test("what people were not told when their job failed they are told when its message comes again", async () => {
  const jobId = await platform.enqueue(await platform.upload("denied.csv", "a\n1\n"));
  const tell = failureTeller(platform.clients.sqs, platform.failedJobsQueueUrl);
  let tries = 0;
  const analyze: Analyze = async () => {
    throw new JobError("configuration", "AccessDenied");
  };
  start("failing", analyze, {
    tellOfFailure: async (job) => {
      tries++;
      if (tries === 1) throw new Error("no route to SQS");
      await tell(job);
    },
  });
  await platform.jobIs(jobId, "failed");
  await eventually("people are told", async () => platform.messages("failed-jobs").ready === 1 || undefined);
  expect(await platform.job(jobId)).toMatchObject({ status: "failed", attempt: 1 });
});

test("what AWS refuses is tried again as any error is, and is an administrator's in the end", async () => {
  const jobId = await platform.enqueue(await platform.upload("denied.csv", "a\n1\n"));
  start("denied", async () => {
    throw Object.assign(new Error("not authorized"), { name: "AccessDenied", $metadata: {} });
  });
  const waiting = await platform.jobIs(jobId, "queued");
  expect(waiting.attemptsBefore).toBeUndefined();
  expect(waiting.waitingFor).toContain("after configuration: AccessDenied: not authorized");
});

test("protection from scale-in goes as soon as there is no work, not when the poll under way ends", async () => {
  turns.splice(0);
  start("protected", async () => ANALYSIS);
  for (const key of ["1.csv", "2.csv", "3.csv"]) {
    const jobId = await platform.enqueue(await platform.upload(key, "a\n1\n"));
    await platform.jobIs(jobId, "succeeded");
  }
  await eventually("it comes off", async () => turns.at(-1) === false || undefined, 10_000);
  // Three messages, one after another, were one time of work.
  expect(turns.filter((busy) => !busy)).toEqual([false]);
});

test("a fault of AWS does not count against a job's attempts, for as long as its message may come back", async () => {
  const jobId = await platform.enqueue(await platform.upload("throttled.csv", "a\n1\n"));
  const [first] = testPipelines();
  start("throttled", async () => {
    throw Object.assign(new Error("Please reduce your request rate."), { $metadata: {} });
  });
  const waiting = await platform.jobIs(jobId, "queued");
  expect(waiting).toMatchObject({ attempt: 1, attemptsBefore: 1 });
  expect(waiting.waitingFor).toContain("another attempt, after infrastructure");
  expect(first?.maxAttempts).toBeLessThan(JOB_MESSAGE_RECEIVES);
});

test("a job that is superseded under way ends so, and its late result changes nothing", async () => {
  const finish = Promise.withResolvers<Analysis>();
  const older = await platform.upload("versions.csv", "a\n1\n");
  const newer = await platform.upload("versions.csv", "a\n1\n2\n");
  let first = true;
  start("both", () => {
    if (!first) return Promise.resolve(ANALYSIS);
    first = false;
    return finish.promise;
  });
  // Both versions hash alike in this bucket without versions, so that the older one is read before it goes.
  await platform.upload("versions.csv", "a\n1\n");
  const olderId = await platform.enqueue(older);
  await platform.jobIs(olderId, "running");
  await platform.upload("versions.csv", "a\n1\n2\n");
  const newerId = await platform.enqueue(newer);
  await platform.jobIs(newerId, "succeeded");
  finish.resolve(ANALYSIS);
  await eventually("the queue holds nothing of either", async () => {
    const { ready } = platform.messages("jobs");
    return ready === 0 || undefined;
  });
  expect(await platform.job(olderId)).toMatchObject({ status: "superseded", supersededBy: newerId });
  const refused = await eventually("its worker is told so", async () =>
    logged.find(({ event }) => event === "job.refused"),
  );
  expect(refused).toMatchObject({ jobId: olderId, wanted: "succeeded", status: "superseded" });
});

test("a burst worker does what there is, and leaves once the queue has stayed empty", async () => {
  const jobId = await platform.enqueue(await platform.upload("last.csv", "a\n1\n"));
  const worker = start("burst", async () => ANALYSIS, { leaveAfterIdleSeconds: 1 });
  await worker.left;
  expect(await platform.job(jobId)).toMatchObject({ status: "succeeded" });
});
