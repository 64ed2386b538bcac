import { createHash } from "node:crypto";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { applyWrite } from "../../../events/jobs/job-table.ts";
import { again, queued, startDedicated, superseded } from "../../../events/jobs/transitions.ts";
import { resultDocument } from "../../../events/result.ts";
import { accepted } from "../support/jobs.ts";
import { TestPlatform, taskArn, UPLOADS } from "../support/platform.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await TestPlatform.start();
});
afterAll(() => platform[Symbol.asyncDispose]());

const CSV = "id,name\n1,Ann\n2,Bo\n3,\n";
const now = () => new Date().toISOString();

test("a task does its one job and ends with 0", async () => {
  const request = await accepted(platform, await platform.upload("in/people.csv", CSV));
  const task = platform.run("one", { LONGSHORE_JOB: JSON.stringify(request) });
  expect(await task.exit, task.output).toBe(0);

  const job = await platform.job(request.jobId);
  expect(job).toMatchObject({
    status: "succeeded",
    attempt: 1,
    taskArn: taskArn("one"),
    facts: { type: "CSV", rows: 3, columns: 2 },
    result: request.result,
  });
  const document = resultDocument.parse(job && (await platform.result(job)));
  expect(document.object).toMatchObject({ key: "in/people.csv", size: CSV.length });
  expect(document.object.sha256).toBe(createHash("sha256").update(CSV).digest("hex"));
  expect(Object.keys(document.timings)).toEqual(["stage", "detect", "analyze"]);
  expect(task.lines("job.succeeded")).toHaveLength(1);
});

test("a job that a later attempt holds is left alone", async () => {
  const request = await accepted(platform, await platform.upload("in/late.csv", CSV));
  const successor = { taskArn: taskArn("successor"), attempt: 2 };
  await applyWrite(platform.table, startDedicated(request.jobId, successor, now()));

  const task = platform.run("late", { LONGSHORE_JOB: JSON.stringify(request) });
  expect(await task.exit, task.output).toBe(0);
  expect(await platform.job(request.jobId)).toMatchObject({ status: "running", ...successor });
  expect(await task.logged("job.refused")).toMatchObject({
    wanted: "running",
    status: "running",
    currentAttempt: 2,
  });
});

test("of two tasks with the same job one does it, and the other leaves it alone", async () => {
  const request = await accepted(platform, await platform.upload("in/twins.csv", CSV));
  const twins = ["twin-a", "twin-b"].map((name) => ({
    name,
    task: platform.run(name, { LONGSHORE_JOB: JSON.stringify(request) }),
  }));
  expect(await Promise.all(twins.map(({ task }) => task.exit))).toEqual([0, 0]);
  const [winner, ...others] = twins.filter(({ task }) => task.lines("job.succeeded").length === 1);
  expect(others).toEqual([]);
  expect(await platform.job(request.jobId)).toMatchObject({
    status: "succeeded",
    taskArn: taskArn(winner?.name ?? ""),
    facts: { rows: 3 },
  });
  const loser = twins.find((twin) => twin !== winner)?.task;
  expect(loser?.lines("job.started")).toEqual([]);
  expect(loser?.lines("job.refused")).toMatchObject([
    { wanted: "running", heldBy: taskArn(winner?.name ?? ""), currentAttempt: 1 },
  ]);
});

test("an attempt that was given up for dead and wakes up writes nothing", async () => {
  // Large enough to be put to sleep in the midst of it.
  const rows = Array.from({ length: 60_000 }, (_, row) => `${row},harbour ${row % 7}`).join("\n");
  const first = await accepted(platform, await platform.upload("in/asleep.csv", `id,name\n${rows}\n`));
  const sleeper = platform.run("sleeper", { LONGSHORE_JOB: JSON.stringify(first) });
  await sleeper.logged("job.started");
  sleeper.child.kill("SIGSTOP");
  expect(await platform.job(first.jobId)).toMatchObject({ status: "running", taskArn: taskArn("sleeper") });

  const ended = { taskArn: taskArn("sleeper"), attempt: 1 };
  await applyWrite(platform.table, again(first.jobId, ended, "attempt 2, after infrastructure", now()));
  const second = {
    ...first,
    attempt: 2,
    result: { ...first.result, key: first.result.key.replace("/1/", "/2/") },
  };
  const successor = platform.run("successor", { LONGSHORE_JOB: JSON.stringify(second) });
  expect(await successor.exit, successor.output).toBe(0);
  const done = await platform.job(first.jobId);
  expect(done).toMatchObject({ status: "succeeded", attempt: 2, result: second.result });

  sleeper.child.kill("SIGCONT");
  expect(await sleeper.exit, sleeper.output).toBe(0);
  expect(sleeper.lines("job.succeeded")).toEqual([]);
  expect(sleeper.lines("job.refused")).toMatchObject([
    { wanted: "succeeded", status: "succeeded", heldBy: taskArn("successor"), currentAttempt: 2 },
  ]);
  expect(await platform.job(first.jobId)).toEqual(done);
  expect(resultDocument.parse(done && (await platform.result(done)))).toMatchObject({ attempt: 2 });
});

test("a superseded job is not done", async () => {
  const request = await accepted(platform, await platform.upload("in/old.csv", CSV));
  await applyWrite(platform.table, superseded(request.jobId, "f".repeat(64), now()));
  const task = platform.run("old", { LONGSHORE_JOB: JSON.stringify(request) });
  expect(await task.exit).toBe(0);
  const job = await platform.job(request.jobId);
  expect(job).toMatchObject({ status: "superseded" });
  expect(job?.result).toBeUndefined();
});

test("an older version than the newest seen gives way, whatever the order of the tasks", async () => {
  const first = await accepted(platform, await platform.upload("in/twice.csv", CSV));
  const second = await accepted(platform, await platform.upload("in/twice.csv", `${CSV}4,Di\n`));
  expect(await platform.run("second", { LONGSHORE_JOB: JSON.stringify(second) }).exit).toBe(0);
  expect(await platform.run("first", { LONGSHORE_JOB: JSON.stringify(first) }).exit).toBe(0);
  expect(await platform.job(first.jobId)).toMatchObject({ status: "superseded", supersededBy: second.jobId });
  expect(await platform.job(second.jobId)).toMatchObject({ status: "succeeded", facts: { rows: 4 } });
});

test("an object that is gone fails its job for good, with the cause", async () => {
  const event = platform.event("in/never.csv", 10, "0".repeat(32));
  const request = await accepted(platform, event);
  const task = platform.run("gone", { LONGSHORE_JOB: JSON.stringify(request) });
  expect(await task.exit).toBe(1);
  expect(await platform.job(request.jobId)).toMatchObject({
    status: "failed",
    failure: { cause: "object-gone", message: expect.stringContaining("in/never.csv") },
  });
  expect(await task.logged("job.failed")).toMatchObject({ cause: "object-gone" });
});

test("an object that was overwritten leaves its job to another attempt, and to failure after the last", async () => {
  const event = await platform.upload("in/moving.csv", CSV);
  await platform.clients.s3.send(
    new PutObjectCommand({ Bucket: UPLOADS, Key: "in/moving.csv", Body: "other\n" }),
  );
  const first = await accepted(platform, event);
  expect(await platform.run("moving-1", { LONGSHORE_JOB: JSON.stringify(first) }).exit).toBe(1);
  expect(await platform.job(first.jobId)).toMatchObject({ status: "running", attempt: 1 });

  const after = { attempt: 1 };
  await applyWrite(platform.table, queued(first.jobId, after, "its next attempt", now()));
  const last = platform.run("moving-3", { LONGSHORE_JOB: JSON.stringify({ ...first, attempt: 3 }) });
  expect(await last.exit).toBe(1);
  expect(await platform.job(first.jobId)).toMatchObject({
    status: "failed",
    attempt: 3,
    failure: { cause: "object-changed" },
  });
});

test("a broken environment is named and ends the task", async () => {
  const task = platform.run("misconfigured", { LONGSHORE_JOB: "{}", JOBS_TABLE: "" });
  expect(await task.exit).toBe(1);
  const [line] = task.lines("task.error");
  expect(line?.message).toMatch(/JOBS_TABLE is ""/);
  expect(line?.message).toMatch(/LONGSHORE_JOB is "\{\}"/);
});

test("SIGTERM ends a task with 143 and leaves its job running, for the stopped-task event to close", async () => {
  const rows = Array.from({ length: 400_000 }, (_, row) => `${row},${row * 7},name ${row % 97}`);
  const request = await accepted(
    platform,
    await platform.upload("in/long.csv", `a,b,c\n${rows.join("\n")}\n`),
  );
  const task = platform.run("long", { LONGSHORE_JOB: JSON.stringify(request) });
  await task.logged("job.started");
  const toldAt = performance.now();
  task.child.kill("SIGTERM");
  expect(await task.exit).toBe(143);
  // Long before the analysis would have ended by itself, and before SIGKILL comes.
  expect(performance.now() - toldAt).toBeLessThan(10_000);
  expect(await platform.job(request.jobId)).toMatchObject({ status: "running" });
});
