import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type EcsTaskStateChange, ecsTaskStateChange } from "../../events/aws/ecs-task-state-change.ts";
import { incidentsOfJob } from "../../events/incidents/incident-table.ts";
import type { KeyFacts } from "../../events/jobs/job.ts";
import { applyWrite, type RefusedTransition, readJob } from "../../events/jobs/job-table.ts";
import type { LaunchRequest } from "../../events/jobs/launch-request.ts";
import * as transitions from "../../events/jobs/transitions.ts";
import type { Pipeline } from "../../events/pipeline.ts";
import { alertWindows } from "../../functions/kit/incidents/alert-window.ts";
import type { Alert } from "../../functions/kit/incidents/compose-alert.ts";
import { timeoutStopReason } from "../../functions/kit/timeout-stop.ts";
import {
  onTaskStopped,
  type StoppedTaskDependencies,
} from "../../functions/on-task-stopped/on-task-stopped.ts";
import { createTables, type TestTables } from "./support/tables.ts";

const JOB_ID = "a47b6e6d2922bc94a35dce43de396cec169ab5fe1e47bfd5b4b6b21f617e2409";
const NOW = "2026-11-22T13:06:00.000Z";
const pipeline: Pipeline = {
  name: "tables",
  prefix: "",
  suffixes: [".csv"],
  dedicatedAboveBytes: 0,
  sizes: [{ size: { cpu: 1024, memoryMiB: 2048 } }],
  memoryCeilingMiB: 8192,
  capacity: ["FARGATE_SPOT", "FARGATE"],
  maxAttempts: 2,
  timeoutSeconds: 60,
};

let tables: TestTables;
let sent: Alert[];
let launches: { request: LaunchRequest; delaySeconds: number }[];
let refused: RefusedTransition[];
let facts: KeyFacts | undefined;
let dependencies: StoppedTaskDependencies;

beforeEach(async () => {
  tables = await createTables();
  sent = [];
  launches = [];
  refused = [];
  facts = undefined;
  dependencies = {
    table: { ...tables, onRefused: (refusal) => refused.push(refusal) },
    pipelines: [pipeline],
    readFacts: async () => facts,
    sendLater: async (request, delaySeconds) => void launches.push({ request, delaySeconds }),
    incidents: {
      table: tables,
      keepDays: 90,
      windows: alertWindows(tables.client, tables.countersTable),
      publish: async (alert) => void sent.push(alert),
      invocation: "the test's",
      now: () => new Date(NOW),
    },
    priceBasis: { architecture: "x86_64" },
    readTaskDefinition: async () => [
      {
        name: "processor",
        essential: true,
        image: "processor:1",
        log: { group: "/logs", streamPrefix: "p" },
      },
    ],
    readLog: async (place) => ({ ...place, lines: ["the last line"] }),
    onMissing: () => {},
    now: () => new Date(NOW),
  };
});
afterEach(() => tables.close());

const sample: EcsTaskStateChange = ecsTaskStateChange.parse(
  JSON.parse(
    readFileSync(
      new URL("../../events/samples/ecs-task-stopped-out-of-memory.json", import.meta.url),
      "utf8",
    ),
  ),
);

/** The stop of one attempt's task. */
function stop(attempt: number, more: Partial<EcsTaskStateChange["detail"]> = {}): EcsTaskStateChange {
  const override = sample.detail.overrides?.containerOverrides?.[0];
  const request = JSON.parse(override?.environment?.[0]?.value ?? "{}");
  const value = JSON.stringify({ ...request, attempt });
  const overrides = {
    containerOverrides: [{ name: "processor", environment: [{ name: "LONGSHORE_JOB", value }] }],
  };
  return { ...sample, detail: { ...sample.detail, taskArn: taskArn(attempt), overrides, ...more } };
}
const taskArn = (attempt: number) => `arn:aws:ecs:us-east-1:111122223333:task/longshore/task${attempt}`;
const exit = (exitCode: number) => ({
  containers: [{ name: "processor", lastStatus: "STOPPED", exitCode }],
});

const newJob: transitions.NewJob = {
  jobId: JOB_ID,
  pipeline: "tables",
  lane: "dedicated",
  bucket: "uploads",
  key: "a.csv",
  etag: "e",
  size: 1,
  sequencer: "0A",
};
const job = () => readJob(tables, JOB_ID);
const holder = (attempt: number) => ({ taskArn: taskArn(attempt), attempt });
async function accepted() {
  await applyWrite(tables, transitions.accept(newJob, NOW));
}
async function launched(attempt: number) {
  if (attempt === 1) await accepted();
  await applyWrite(tables, transitions.launched(JOB_ID, holder(attempt), NOW, "2026-11-22T14:00:00.000Z"));
}
async function running(attempt: number) {
  await launched(attempt);
  await applyWrite(tables, transitions.startDedicated(JOB_ID, holder(attempt), NOW));
}
const incidents = () => incidentsOfJob(tables, JOB_ID);

describe("a task with a job", () => {
  it("that ran out of memory is tried again with twice as much; kept as a warning, told nobody", async () => {
    await running(1);
    expect(await onTaskStopped(stop(1), dependencies)).toMatchObject({
      settlement: "retried",
      incident: "quiet",
    });
    expect(launches).toMatchObject([{ request: { attempt: 2, memoryMiB: 4096 }, delaySeconds: 0 }]);
    const waiting = await job();
    expect(waiting).toMatchObject({
      status: "queued",
      attempt: 1,
      waitingFor: "attempt 2, after out-of-memory",
    });
    expect(waiting).not.toHaveProperty("deadline");
    expect(await incidents()).toMatchObject([
      { severity: "warning", cause: "out-of-memory", outcome: "Attempt 2 of 2 follows at once." },
    ]);
    expect(sent).toEqual([]);
  });

  it("that fails in its last attempt fails the job, with an incident and one alert", async () => {
    await running(1);
    await onTaskStopped(stop(1, exit(3)), dependencies);
    await running(2);
    expect(await onTaskStopped(stop(2, exit(3)), dependencies)).toMatchObject({
      settlement: "failed",
      cause: "container-error",
      incident: "alerted",
    });
    expect(await job()).toMatchObject({ status: "failed", failure: { cause: "container-error" } });
    expect((await incidents()).map(({ severity }) => severity).toSorted()).toEqual(["error", "warning"]);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.document).toMatchObject({
      severity: "error",
      task: { image: "processor:1" },
      log: { group: "/logs", stream: "p/processor/task2", lines: ["the last line"] },
    });
  });

  it("is settled once, however often its event comes and in whatever order", async () => {
    await running(1);
    const first = stop(1, exit(3));
    for (let times = 0; times < 3; times++) await onTaskStopped(first, dependencies);
    expect(new Set(launches.map(({ request }) => request.attempt))).toEqual(new Set([2]));
    await running(2);
    const before = await job();
    await onTaskStopped(first, dependencies);
    expect(await job()).toEqual(before);
    const second = stop(2, exit(3));
    for (const event of [second, first, second]) await onTaskStopped(event, dependencies);
    expect(await incidents()).toHaveLength(2);
    expect(sent).toHaveLength(1);
  });

  it("of a foreign container is closed by its result document", async () => {
    await launched(1);
    facts = { lines: 7 };
    expect(await onTaskStopped(stop(1, exit(0)), dependencies)).toEqual({
      settlement: "closed",
      jobId: JOB_ID,
    });
    expect(await job()).toMatchObject({ status: "succeeded", facts, taskArn: taskArn(1) });
    expect(await job()).not.toHaveProperty("watch");
    expect(await incidents()).toEqual([]);
  });

  it("that ends well and wrote no result has failed, and is tried again", async () => {
    await launched(1);
    await onTaskStopped(stop(1, exit(0)), dependencies);
    expect(launches).toMatchObject([{ request: { attempt: 2 }, delaySeconds: 10 }]);
    expect((await incidents())[0]?.reason).toContain("wrote no result to s3://");
  });

  it("that wrote its result under a Spot interruption has succeeded", async () => {
    await launched(1);
    facts = {};
    const event = stop(1, { ...exit(0), stopCode: "SpotInterruption" });
    expect(await onTaskStopped(event, dependencies)).toMatchObject({ settlement: "closed" });
  });

  it("that a person stopped fails its job and makes no noise", async () => {
    await running(1);
    const event = stop(1, { ...exit(143), stopCode: "UserInitiated", stoppedReason: "Task stopped by user" });
    await onTaskStopped(event, dependencies);
    await onTaskStopped(event, dependencies);
    expect(await job()).toMatchObject({ status: "failed", failure: { cause: "stopped" } });
    expect([await incidents(), sent]).toEqual([[], []]);
  });

  it("that was stopped for taking too long fails its job with cause timeout", async () => {
    await running(1);
    const stoppedReason = timeoutStopReason("2026-11-22T14:00:00Z");
    await onTaskStopped(stop(1, { ...exit(137), stopCode: "UserInitiated", stoppedReason }), dependencies);
    expect(await job()).toMatchObject({ status: "failed", failure: { cause: "timeout" } });
    expect(sent[0]?.subject).toContain("took too long");
  });

  it("that stopped before its launch was written down cannot be launched afterwards", async () => {
    await accepted();
    await onTaskStopped(stop(1), dependencies);
    const late = await applyWrite(dependencies.table, transitions.launched(JOB_ID, holder(1), NOW));
    expect(late.done).toBe(false);
    expect(refused).toMatchObject([{ from: "queued", to: "launched", attempt: 1, heldBy: taskArn(1) }]);
  });

  it("that is not the one that has the job of its attempt has no say", async () => {
    await running(1);
    const other = stop(1, { ...exit(1), taskArn: "arn:aws:ecs:us-east-1:111122223333:task/longshore/other" });
    expect(await onTaskStopped(other, dependencies)).toMatchObject({ settlement: "settled" });
    expect(await job()).toMatchObject({ status: "running", taskArn: taskArn(1) });
  });

  it.each([
    ["disk-full", 1, "error"],
    ["unreadable", 0, undefined],
    ["object-gone", 0, undefined],
  ] as const)("that closed its job itself with %s makes %d incidents", async (cause, count, severity) => {
    await running(1);
    const failure = { cause, message: "in its own words" };
    await applyWrite(tables, transitions.failed(JOB_ID, holder(1), failure, NOW));
    await onTaskStopped(stop(1, exit(1)), dependencies);
    const found = await incidents();
    expect(found).toHaveLength(count);
    expect(found[0]?.severity).toBe(severity);
    expect(sent).toHaveLength(count);
  });

  it("whose pipeline is gone fails its job and says so", async () => {
    await running(1);
    await onTaskStopped(stop(1, exit(1)), { ...dependencies, pipelines: [] });
    expect(await job()).toMatchObject({ failure: { cause: "configuration", message: /no longer deployed/ } });
  });

  it("whose incident could not be kept is settled by then, and its incident kept when the event comes again", async () => {
    await running(1);
    const away = { ...tables, incidentsTable: "NoSuchTable" };
    const broken = { ...dependencies, incidents: { ...dependencies.incidents, table: away } };
    await expect(onTaskStopped(stop(1), broken)).rejects.toThrow();
    expect(await job()).toMatchObject({ status: "queued" });
    await onTaskStopped(stop(1), dependencies);
    expect(await incidents()).toHaveLength(1);
  });
});

describe("a task without a job", () => {
  const service = (more: Partial<EcsTaskStateChange["detail"]>) => {
    const { overrides: _overrides, ...detail } = sample.detail;
    return { ...sample, detail: { ...detail, group: "service:worker", ...more } };
  };

  it("of a service that crashes is an incident with an alert", async () => {
    expect(await onTaskStopped(service(exit(1)), dependencies)).toEqual({
      settlement: "no-job",
      cause: "container-error",
      incident: "alerted",
    });
    expect(sent[0]?.document.summary).toBe("Container failed: processor, a task of a service.");
    expect(sent[0]?.subject).toMatch(/^Longshore processor: container failed, task /);
  });

  it.each([
    ["scale-in", { ...exit(143), stopCode: "ServiceSchedulerInitiated", stoppedReason: "Scaling activity" }],
    ["its good end", exit(0)],
  ])("is no incident on %s", async (_, more) => {
    expect(await onTaskStopped(service(more), dependencies)).toEqual({ settlement: "no-job" });
    expect(sent).toEqual([]);
  });

  it.each(["service:worker", "family:burst"])("of %s is quiet when Spot takes it", async (group) => {
    const event = service({ ...exit(143), stopCode: "SpotInterruption", group });
    expect(await onTaskStopped(event, dependencies)).toMatchObject({ incident: "quiet" });
  });

  it("is told of although neither its task definition nor its log can be read", async () => {
    const missing: string[] = [];
    const blind = {
      ...dependencies,
      readTaskDefinition: () => Promise.reject(new Error("throttled")),
      onMissing: (what: string) => void missing.push(what),
    };
    expect(await onTaskStopped(service(exit(1)), blind)).toMatchObject({ incident: "alerted" });
    expect(missing[0]).toContain("task-definition/processor:3");
  });

  it("names the log driver where lines go elsewhere", async () => {
    const splunk = {
      name: "processor",
      essential: true,
      image: "processor:1",
      log: undefined,
      logDriver: "splunk",
    };
    const elsewhere = { ...dependencies, readTaskDefinition: async () => [splunk] };
    await onTaskStopped(service(exit(1)), elsewhere);
    expect(sent[0]?.document).toMatchObject({ logDriver: "splunk" });
    expect(sent[0]?.document).not.toHaveProperty("log");
  });
});
