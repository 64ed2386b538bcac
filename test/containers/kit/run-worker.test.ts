import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { applyWrite } from "../../../events/jobs/job-table.ts";
import { failed, startDedicated, startPooled } from "../../../events/jobs/transitions.ts";
import { resultDocument } from "../../../events/result.ts";
import { eventually } from "../support/eventually.ts";
import { accepted, newJob } from "../support/jobs.ts";
import { TestPlatform, taskArn, UPLOADS } from "../support/platform.ts";
import type { RunningTask } from "../support/running-task.ts";

let platform: TestPlatform;
let worker: RunningTask;
beforeAll(async () => {
  platform = await TestPlatform.start();
  worker = platform.run("worker", { ECS_AGENT_URI: platform.agentUri });
  await worker.logged("task.started");
});
afterAll(() => platform[Symbol.asyncDispose]());
afterEach(async () => {
  // Whatever a test did, its worker lives on.
  expect(worker.child.exitCode, worker.output).toBeNull();
});

/** Bytes that SQS took for years, and EventBridge still sends at most. */
const LARGEST_MESSAGE = 262_144;
const CSV = "id,name\n1,Ann\n2,Bo\n3,\n";

async function queueIsEmpty(): Promise<void> {
  await eventually("the queue is empty", async () => {
    const { ready, inFlight } = platform.messages("jobs");
    return ready + inFlight === 0 || undefined;
  });
}

test("a message becomes a job with a result, and is deleted", async () => {
  const jobId = await platform.enqueue(await platform.upload("in/people.csv", CSV));
  const job = await platform.jobIs(jobId, "succeeded", "failed");
  expect(job).toMatchObject({
    status: "succeeded",
    lane: "pooled",
    attempt: 1,
    taskArn: taskArn("worker"),
    facts: { type: "CSV", rows: 3, columns: 2 },
  });
  expect(resultDocument.parse(await platform.result(job)).jobId).toBe(jobId);
  await queueIsEmpty();
});

test("a duplicate finds its job done: it is deleted, and nothing happens twice", async () => {
  const event = await platform.upload("in/duplicate.csv", CSV);
  const jobId = await platform.enqueue(event);
  const first = await platform.jobIs(jobId, "succeeded");
  await platform.enqueue(event);
  await queueIsEmpty();
  expect(await platform.job(jobId)).toEqual(first);
});

test("a worker holds a hundred objects at a time apart", async () => {
  const events = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      platform.upload(`many/${index}.csv`, `n\n${"1\n".repeat(index + 1)}`),
    ),
  );
  const jobIds = await Promise.all(events.map((event) => platform.enqueue(event)));
  const jobs = await Promise.all(jobIds.map((jobId) => platform.jobIs(jobId, "succeeded", "failed")));
  expect(jobs.map(({ facts }) => facts?.rows)).toEqual(events.map((_, index) => index + 1));
  await queueIsEmpty();
});

test("a message that cannot be read goes to the dead-letter queue as it came, and the reason is logged", async () => {
  await platform.send("this is no JSON");
  await platform.send(JSON.stringify({ pipeline: "unheard-of", event: platform.event("x", 1, "e") }));
  await eventually("both are dead letters", async () => {
    return platform.messages("jobs-dead").ready === 2 || undefined;
  });
  expect(platform.messages("jobs-dead").bodies).toContain("this is no JSON");
  const reasons = worker.lines("message.unreadable").map(({ reason }) => reason);
  expect(reasons).toEqual(
    expect.arrayContaining(["The body is not JSON", 'No pipeline is called "unheard-of"']),
  );
  await queueIsEmpty();
});

test("a message of 256 KB is a job like any other, or a dead letter as it came", async () => {
  const event = await platform.upload("in/with-a-long-message.csv", CSV);
  const message = { pipeline: "tables", event, padding: "" };
  message.padding = "x".repeat(LARGEST_MESSAGE - JSON.stringify(message).length);
  await platform.send(JSON.stringify(message));
  await platform.jobIs(platform.jobId(event), "succeeded");
  const nonsense = "?".repeat(LARGEST_MESSAGE - 1_024);
  await platform.send(nonsense);
  await eventually("it is a dead letter", async () => {
    return platform.messages("jobs-dead").bodies.includes(nonsense) || undefined;
  });
  await queueIsEmpty();
});

test("the generic pipeline leaves a key to the pipeline that owns it", async () => {
  const event = await platform.upload("in/owned.CSV", CSV);
  const jobId = await platform.enqueue(event, "generic");
  await queueIsEmpty();
  expect(await platform.job(jobId)).toBeUndefined();
  expect(worker.lines("job.foreign")).toHaveLength(1);
});

test("the generic pipeline takes what nobody owns", async () => {
  const jobId = await platform.enqueue(await platform.upload("in/notes.txt", "Hello.\nBye.\n"), "generic");
  const job = await platform.jobIs(jobId, "succeeded", "failed");
  expect(job.facts).toEqual({ type: "plain text", lines: 2, words: 2 });
});

test("an object that is gone fails its job, whose message is deleted", async () => {
  const event = await platform.upload("in/gone.csv", CSV);
  await platform.clients.s3.send(new DeleteObjectCommand({ Bucket: UPLOADS, Key: "in/gone.csv" }));
  const job = await platform.jobIs(await platform.enqueue(event), "succeeded", "failed");
  expect(job.failure?.cause).toBe("object-gone");
  await queueIsEmpty();
});

test("a job that another worker holds is taken over when its lease has run out", async () => {
  const event = await platform.upload("in/orphan.csv", CSV);
  const start = Date.now();
  const lease = { now: new Date(start).toISOString(), until: new Date(start + 1_500).toISOString() };
  const dead = { taskArn: taskArn("dead") };
  await applyWrite(platform.table, startPooled(newJob(platform, event, "pooled"), dead, lease, true));
  const jobId = await platform.enqueue(event);

  await eventually("the worker sees that it is held", async () => worker.lines("job.held-elsewhere")[0]);
  expect(await platform.job(jobId)).toMatchObject({ status: "running", taskArn: dead.taskArn });
  const job = await platform.jobIs(jobId, "succeeded");
  expect(job).toMatchObject({ attempt: 2, taskArn: taskArn("worker") });
  expect(Date.now() - start).toBeGreaterThan(1_500);
});

test("a job whose attempts are used up fails without being done", async () => {
  const event = await platform.upload("in/unlucky.csv", CSV);
  const job = newJob(platform, event, "pooled");
  for (let attempt = 1; attempt <= 3; attempt++) {
    const at = new Date(Date.now() - 60_000 + attempt * 1_000).toISOString();
    const over = new Date(Date.now() - 60_000 + attempt * 1_000 + 1).toISOString();
    await applyWrite(platform.table, startPooled(job, { taskArn: "dead" }, { now: at, until: over }, true));
  }
  const ended = await platform.jobIs(await platform.enqueue(event), "succeeded", "failed");
  expect(ended).toMatchObject({ attempt: 4, failure: { cause: "attempts-exhausted" } });
  expect(ended.result).toBeUndefined();
  await queueIsEmpty();
});

test("a job that a dedicated task holds is none of the queue's", async () => {
  const event = await platform.upload("in/dedicated.csv", CSV);
  const { jobId } = await accepted(platform, event);
  const holder = { taskArn: taskArn("dedicated"), attempt: 1 };
  await applyWrite(platform.table, startDedicated(jobId, holder, new Date().toISOString()));
  await platform.enqueue(event);
  await queueIsEmpty();
  expect(await platform.job(jobId)).toMatchObject({ status: "running", ...holder });
});

test("a final job stays as it is, whatever its end was", async () => {
  const event = await platform.upload("in/failed.csv", CSV);
  const { jobId } = await accepted(platform, event);
  const holder = { taskArn: taskArn("once"), attempt: 1 };
  const now = new Date().toISOString();
  await applyWrite(platform.table, startDedicated(jobId, holder, now));
  await applyWrite(platform.table, failed(jobId, holder, { cause: "spot", message: "taken back" }, now));
  await platform.enqueue(event);
  await queueIsEmpty();
  expect(await platform.job(jobId)).toMatchObject({ status: "failed", failure: { cause: "spot" } });
});

test("the newest version of a key counts, also when its event comes first", async () => {
  const older = await platform.upload("in/versions.csv", CSV);
  const newer = await platform.upload("in/versions.csv", `${CSV}4,Di\n`);
  const newerId = await platform.enqueue(newer);
  await platform.jobIs(newerId, "succeeded");
  const olderId = await platform.enqueue(older);
  expect(await platform.jobIs(olderId, "superseded", "failed", "succeeded")).toMatchObject({
    status: "superseded",
    supersededBy: newerId,
  });
});

test("an analysis process that is killed costs its job an attempt, and nobody else anything", async () => {
  const rows = Array.from({ length: 500_000 }, (_, row) => `${row},${row * 7},name ${row % 97}`).join("\n");
  const event = await platform.upload("in/long.csv", `a,b,c\n${rows}\n`);
  const [idle] = await platform.analysisProcesses(worker);
  const jobId = await platform.enqueue(event);
  const busy = await eventually("its analysis runs", async () => {
    const [now] = await platform.analysisProcesses(worker);
    return now && idle && now.cpu >= idle.cpu + 5 ? now : undefined;
  });
  process.kill(busy.pid, "SIGKILL");
  const retry = await eventually("it is tried again", async () => worker.lines("job.retry")[0]);
  expect(retry).toMatchObject({ jobId, attempt: 1, cause: "out-of-memory" });
  expect(await platform.jobIs(jobId, "succeeded")).toMatchObject({ attempt: 2, facts: { rows: 500_000 } });
});

test("the task is protected from scale-in when work comes", async () => {
  expect(platform.protections[0]).toEqual({ ProtectionEnabled: true, ExpiresInMinutes: 120 });
});

test("SIGTERM lets the worker finish what it holds, and ends it with 0", async () => {
  const task = platform.run("leaving");
  await task.logged("task.started");
  task.child.kill("SIGTERM");
  expect(await task.exit, task.output).toBe(0);
  expect(task.lines("task.stopped")).toHaveLength(1);
});
