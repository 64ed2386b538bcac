import { DescribeTasksCommand } from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { incidentsOfJob } from "../../events/incidents/incident-table.ts";
import { applyWrite, readJob } from "../../events/jobs/job-table.ts";
import type { LaunchRequest } from "../../events/jobs/launch-request.ts";
import { accept, startDedicated } from "../../events/jobs/transitions.ts";
import { alertWindows } from "../../functions/kit/incidents/alert-window.ts";
import type { Alert } from "../../functions/kit/incidents/compose-alert.ts";
import { launchBudget } from "../../functions/kit/launch-budget.ts";
import { type LaunchDependencies, launch } from "../../functions/launch-upload/launch.ts";
import { launchAgain } from "../../functions/launch-upload/launch-upload.ts";
import { CLUSTER, type EcsServer, startEcsServer } from "../local/ecs/support/ecs-server.ts";
import { register } from "../local/ecs/support/tasks.ts";
import { JOB_ID, newJob, smallPipeline } from "./support/jobs.ts";
import { createTables, type TestTables } from "./support/tables.ts";

const START = Date.parse("2026-11-22T13:00:00.000Z");
let tables: TestTables;
let server: EcsServer;
let time: number;
let queue: { request: LaunchRequest; delaySeconds: number }[];
let sent: Alert[];
let dependencies: LaunchDependencies;

beforeEach(async () => {
  [tables, server] = await Promise.all([createTables(), startEcsServer()]);
  const image = server.image("sleeper", {
    Dockerfile: 'FROM scratch\nENTRYPOINT ["sh", "-c", "sleep 60 & wait"]\n',
  });
  await register(server, "processor", [{ name: "processor", image, stopTimeout: 2 }]);
  time = START;
  queue = [];
  sent = [];
  dependencies = {
    table: tables,
    ecs: server.client,
    site: {
      cluster: CLUSTER,
      processor: { taskDefinition: "processor", container: "processor" },
      ownContainers: {},
      subnets: ["subnet-1"],
      securityGroups: ["sg-1"],
      assignPublicIp: "ENABLED",
      resultsBucket: "results",
    },
    pipelines: [smallPipeline],
    budget: launchBudget(tables.client, tables.countersTable, { perSecond: 2, burst: 2 }),
    sendLater: async (request, delaySeconds) => void queue.push({ request, delaySeconds }),
    incidents: {
      table: tables,
      keepDays: 90,
      windows: alertWindows(tables.client, tables.countersTable),
      publish: async (alert) => void sent.push(alert),
      invocation: "the test's",
      now: () => new Date(time),
    },
    now: () => new Date(time),
    random: () => 0,
  };
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await tables.close();
});

async function request(jobId = JOB_ID, more: Partial<LaunchRequest["job"]> = {}): Promise<LaunchRequest> {
  const job = newJob({ jobId, ...more });
  await applyWrite(tables, accept(job, new Date(time).toISOString()));
  return { kind: "launch", job, attempt: 1, provider: 0, refusals: 0 };
}
const id = (number: number) => String(number).padEnd(64, "0");

describe("a launch", () => {
  it("makes a task that carries its job, and writes down when its time is over", async () => {
    const outcome = await launch(await request(), dependencies);
    const job = await readJob(tables, JOB_ID);
    expect(job).toMatchObject({ status: "launched", attempt: 1, watch: "dedicated" });
    // 60 s of its pipeline, 300 s to be there.
    expect(job?.deadline).toBe("2026-11-22T13:06:00.000Z");
    expect(outcome).toEqual({ kind: "launched", taskArn: job?.taskArn });
    const { tasks = [] } = await server.client.send(
      new DescribeTasksCommand({ cluster: CLUSTER, tasks: [job?.taskArn ?? ""], include: ["TAGS"] }),
    );
    expect(tasks[0]?.tags).toContainEqual({ key: "longshore:job", value: JOB_ID });
    expect(tasks[0]?.tags).toContainEqual({ key: "aws:ecs:clusterName", value: CLUSTER });
  });

  it("writes down the end of a task's time also when the task was quicker", async () => {
    const wanted = await request();
    const ecs = {
      send: async (command: never) => {
        const answer = await server.client.send(command);
        const [task] = (answer as { tasks?: { taskArn?: string }[] }).tasks ?? [];
        const holder = { taskArn: task?.taskArn ?? "", attempt: 1 };
        await applyWrite(tables, startDedicated(JOB_ID, holder, new Date(time).toISOString()));
        return answer;
      },
    } as LaunchDependencies["ecs"];
    await launch(wanted, { ...dependencies, ecs });
    expect(await readJob(tables, JOB_ID)).toMatchObject({ status: "running", deadline: expect.any(String) });
  });

  it("asked for twice makes one task", async () => {
    const wanted = await request();
    const [first, second] = [await launch(wanted, dependencies), await launch(wanted, dependencies)];
    expect(second).toEqual(first);
  });
});

describe("many launches at once", () => {
  it("go at the budget's rate: the others wait for a turn of their own, and take no second one", async () => {
    const requests = await Promise.all([1, 2, 3, 4, 5, 6].map((number) => request(id(number))));
    const outcomes = await Promise.all(requests.map((wanted) => launch(wanted, dependencies)));
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual([
      ...Array(4).fill("deferred"),
      ...Array(2).fill("launched"),
    ]);
    const turns = queue.map(({ request: { notBefore = "" } }) => Date.parse(notBefore) - START);
    expect(turns.toSorted((a, b) => a - b)).toEqual([500, 1_000, 1_500, 2_000]);
    for (const { request: waiting, delaySeconds } of queue) {
      expect(START + delaySeconds * 1_000).toBeGreaterThanOrEqual(Date.parse(waiting.notBefore ?? ""));
      expect(await readJob(tables, waiting.job.jobId)).toMatchObject({
        status: "queued",
        waitingFor: expect.stringContaining("its turn at"),
      });
    }
    time += 2_000;
    const waiting = queue.splice(0);
    for (const { request: again } of waiting) {
      expect(await launchAgain(again, dependencies)).toMatchObject({ kind: "launched" });
    }
    expect(queue).toEqual([]);
  });

  it("whose message comes before its turn goes back to wait, with the turn it has", async () => {
    const wanted = await request();
    const notBefore = new Date(START + 2_000_000).toISOString();
    const outcome = await launch({ ...wanted, notBefore }, dependencies);
    expect(outcome).toEqual({ kind: "deferred", delaySeconds: 900, notBefore });
    expect(queue[0]?.request.notBefore).toBe(notBefore);
  });

  it("that is refused takes a new turn for its next try", async () => {
    const wanted = await request();
    const busy = Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
    const ecs = { send: () => Promise.reject(busy) } as LaunchDependencies["ecs"];
    await launch({ ...wanted, notBefore: new Date(START).toISOString() }, { ...dependencies, ecs });
    expect(queue).toMatchObject([{ request: { refusals: 1 }, delaySeconds: 1 }]);
    expect(queue[0]?.request).not.toHaveProperty("notBefore");
  });
});

describe("a launch that cannot be", () => {
  it.each<[string, Partial<LaunchDependencies["site"]>, Partial<LaunchRequest["job"]>, RegExp]>([
    [
      "names no task definition that there is",
      { processor: { taskDefinition: "nothing", container: "x" } },
      {},
      /nothing|TaskDefinition/i,
    ],
    ["is longer than ECS takes", {}, { key: "\u0001".repeat(1024), versionId: "v".repeat(1024) }, /8192/],
  ])("because it %s fails its job at once and tells people, once", async (_, site, job, reason) => {
    const wanted = await request(JOB_ID, job);
    const broken = { ...dependencies, site: { ...dependencies.site, ...site } };
    await launch(wanted, broken);
    await launch(wanted, broken);
    expect(await readJob(tables, JOB_ID)).toMatchObject({
      status: "failed",
      failure: { cause: "configuration", message: expect.stringMatching(reason) },
    });
    expect(queue).toEqual([]);
    expect(sent).toHaveLength(1);
    const [incident] = await incidentsOfJob(tables, JOB_ID);
    expect(incident).toMatchObject({ severity: "critical", cause: "configuration" });
  });
});
