import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListTaskDefinitionFamiliesCommand,
  ListTasksCommand,
  RunTaskCommand,
} from "@aws-sdk/client-ecs";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { Upload } from "@aws-sdk/lib-storage";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { ScenarioInput } from "../../local/faults/scenario.ts";
import { adminClients, allJobs, type Clients, finishedJob } from "./support/clients.ts";
import { LongshoreProcess, ownFlags, temporaryState } from "./support/longshore-process.ts";
import { longshore as operator } from "./support/operator.ts";
import { until } from "./support/until.ts";

const state = temporaryState();
let longshore: LongshoreProcess;
let clients: Clients;
let endpoint: string;
let outputs: Record<string, string>;
/** Of the task that a large object gets. */
let family: string;
const out = (name: string) => outputs[name] ?? expect.fail(`no output ${name}`);

beforeAll(async () => {
  longshore = new LongshoreProcess([...ownFlags(state.path), "--no-samples"]);
  ({ endpoint, outputs } = await longshore.ready());
  clients = adminClients(endpoint);
  const { families = [] } = await clients.ecs.send(
    new ListTaskDefinitionFamiliesCommand({ status: "ACTIVE" }),
  );
  family = families.find((name) => /UploadProcessing/.test(name)) ?? expect.fail(`no family in ${families}`);
});

afterEach(async () => {
  await fetch(`${endpoint}/_longshore/faults`, { method: "DELETE" });
});

afterAll(async () => {
  const { code } = await longshore.stop("SIGINT");
  state.remove();
  expect(code, longshore.output).toBe(0);
});

const listing = z.object({
  injections: z.array(
    z.object({ kind: z.string(), target: z.string(), detail: z.record(z.string(), z.unknown()) }),
  ),
});

async function arm(...faults: ScenarioInput["faults"]): Promise<void> {
  const answer = await fetch(`${endpoint}/_longshore/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ seed: 11, faults }),
  });
  expect(answer.status, await answer.text()).toBe(201);
}

async function injected(kind: string) {
  const { injections } = listing.parse(await (await fetch(`${endpoint}/_longshore/faults`)).json());
  return injections.filter((injection) => injection.kind === kind);
}

/** Large enough for a task of its own that runs for a while. */
const LARGE = Buffer.from(
  `id,value\n${Array.from({ length: 800_000 }, (_, index) => `${index},${index % 97}`).join("\n")}\n`,
);
const putLarge = (Key: string) =>
  new Upload({ client: clients.s3, params: { Bucket: out("UploadsBucket"), Key, Body: LARGE } }).done();
const finished = (key: string) => finishedJob(clients, out("JobsTableName"), key, 90_000);

async function incidents(): Promise<{ cause: string; taskArn: string | undefined; severity: string }[]> {
  const { Items = [] } = await clients.dynamo.send(
    new ScanCommand({ TableName: out("IncidentsTableName"), ConsistentRead: true }),
  );
  return Items.map((item) => ({
    cause: String(item.cause),
    taskArn: item.task?.taskArn as string | undefined,
    severity: String(item.severity),
  }));
}

const incidentOf = (taskArn: string | undefined) =>
  until(`the incident of ${taskArn} is there`, async () =>
    (await incidents()).find((incident) => incident.taskArn === taskArn),
  );

describe("a task that is taken away", () => {
  it("by a Spot interruption is followed by another attempt, on demand", async () => {
    await arm({ kind: "spot-interruption", family, times: 1, delaySeconds: 0.1 });
    await putLarge("spot.csv");
    const job = await finished("spot.csv");
    expect(job).toMatchObject({ status: "succeeded", attempt: 2, facts: { rows: 800_000 } });
    const [strike, ...others] = await injected("spot-interruption");
    expect(others).toEqual([]);
    expect(await incidentOf(strike?.target)).toMatchObject({ cause: "spot" });
    const { tasks } = await clients.ecs.send(
      new DescribeTasksCommand({ cluster: out("ClusterName"), tasks: [job.taskArn ?? ""] }),
    );
    expect(tasks?.[0]?.capacityProviderName).toBe("FARGATE");
  });

  it("by kill -9 is followed by another attempt", async () => {
    await arm({ kind: "task-kill", family, times: 1, delaySeconds: 0.1 });
    await putLarge("killed.csv");
    expect(await finished("killed.csv")).toMatchObject({ status: "succeeded", attempt: 2 });
    const [strike] = await injected("task-kill");
    expect(await incidentOf(strike?.target)).toBeDefined();
  });

  it("because its image cannot be pulled ends its job, and people are told", async () => {
    await arm({ kind: "image-pull-error", family, times: 1 });
    await putLarge("no-image.csv");
    const job = await finished("no-image.csv");
    expect(job).toMatchObject({ status: "failed", attempt: 1 });
    expect(job.failure?.message).toMatch(/CannotPullContainerError/);
    const [strike] = await injected("image-pull-error");
    expect(await incidentOf(strike?.target)).toMatchObject({
      severity: expect.stringMatching(/error|critical/),
    });
  });
});

describe("a launch", () => {
  it("that finds no capacity is tried again", async () => {
    await arm({ kind: "run-task-failure", family, times: 2 });
    await putLarge("no-capacity.csv");
    expect(await finished("no-capacity.csv")).toMatchObject({ status: "succeeded" });
    expect(await injected("run-task-failure")).toHaveLength(2);
  });

  it("whose answer is lost has made one task, not two", async () => {
    const before = await tasksOf(family);
    await arm({ kind: "api-answer-lost", service: "ecs", operation: "RunTask", times: 1 });
    await putLarge("no-answer.csv");
    expect(await finished("no-answer.csv")).toMatchObject({ status: "succeeded", attempt: 1 });
    expect(await injected("api-answer-lost")).toHaveLength(1);
    expect((await tasksOf(family)).length - before.length).toBe(1);
  });
});

async function tasksOf(name: string): Promise<string[]> {
  const of = async (desiredStatus: "RUNNING" | "STOPPED") => {
    const { taskArns = [] } = await clients.ecs.send(
      new ListTasksCommand({ cluster: out("ClusterName"), family: name, desiredStatus }),
    );
    return taskArns;
  };
  return [...(await of("RUNNING")), ...(await of("STOPPED"))];
}

describe("small files", () => {
  it("all have one right result although calls are refused, and events and messages come twice and in disorder", async () => {
    await arm(
      { kind: "api-error", error: "throttling", service: "dynamodb", caller: "role", probability: 0.15 },
      { kind: "api-error", error: "internal", service: "s3", caller: "role", probability: 0.15 },
      { kind: "api-latency", caller: "role", milliseconds: 100, probability: 0.2 },
      { kind: "event-duplicate", source: "aws.s3", probability: 0.3 },
      { kind: "event-reorder", source: "aws.s3", probability: 0.3, maxDelaySeconds: 2 },
      { kind: "message-redelivery", probability: 0.3, delaySeconds: 0.2, times: 5 },
    );
    const keys = Array.from({ length: 20 }, (_, index) => `small-${index}.csv`);
    const body = (key: string) => `name\n${`${key}\n`.repeat(Number(/\d+/.exec(key)?.[0]) + 1)}`;
    await Promise.all(
      keys.map((Key) =>
        clients.s3.send(new PutObjectCommand({ Bucket: out("UploadsBucket"), Key, Body: body(Key) })),
      ),
    );
    for (const [index, key] of keys.entries()) {
      expect(await finished(key), key).toMatchObject({ status: "succeeded", facts: { rows: index + 1 } });
    }
    const { Attributes } = await clients.sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: out("JobsDeadLetterQueueUrl"),
        AttributeNames: ["ApproximateNumberOfMessages"],
      }),
    );
    expect(Attributes?.ApproximateNumberOfMessages).toBe("0");
    const jobs = (await allJobs(clients, out("JobsTableName"))).filter(({ key }) => keys.includes(key));
    expect(jobs.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
    for (const kind of [
      "api-error",
      "api-latency",
      "event-duplicate",
      "event-reorder",
      "message-redelivery",
    ]) {
      expect((await injected(kind)).length, kind).toBeGreaterThan(0);
    }
  }, 180_000);
});

describe("longshore fault", () => {
  const fault = (...args: string[]) => operator(["fault", ...args, "--endpoint", endpoint]);
  /** A worker beside the service's, which stays until something takes it. */
  async function startWorker(capacityProvider: string): Promise<string> {
    const cluster = out("ClusterName");
    const { services } = await clients.ecs.send(
      new DescribeServicesCommand({ cluster, services: [out("WorkerServiceName")] }),
    );
    const { taskDefinition, networkConfiguration } = services?.[0] ?? {};
    const { tasks } = await clients.ecs.send(
      new RunTaskCommand({
        ...{ cluster, taskDefinition, networkConfiguration },
        capacityProviderStrategy: [{ capacityProvider, weight: 1 }],
      }),
    );
    const taskArn = tasks?.[0]?.taskArn ?? expect.fail("no task");
    await until("the worker runs", async () => (await described(taskArn))?.lastStatus === "RUNNING");
    return taskArn;
  }
  async function described(taskArn: string) {
    const { tasks } = await clients.ecs.send(
      new DescribeTasksCommand({ cluster: out("ClusterName"), tasks: [taskArn] }),
    );
    return tasks?.[0];
  }
  const stopped = (taskArn: string) =>
    until("the worker has stopped", async () => {
      const task = await described(taskArn);
      return task?.lastStatus === "STOPPED" ? task : undefined;
    });

  it("arms a scenario file, lists what is armed and has struck, and disarms", async () => {
    const file = join(state.path, "scenario.json");
    writeFileSync(
      file,
      JSON.stringify({
        faults: [{ id: "slow", kind: "api-latency", service: "s3", milliseconds: 1, times: 1 }],
      }),
    );
    expect((await fault("arm", file)).stdout).toMatch(/slow +api-latency +1 +0 of 0 +.*milliseconds=1/);
    await clients.s3.send(
      new PutObjectCommand({ Bucket: out("UploadsBucket"), Key: "slow.csv", Body: "a\n1\n" }),
    );
    await finished("slow.csv");
    const [armed, ...struck] = (await fault("list", "--json", "--limit", "1")).json();
    expect(armed).toMatchObject({ event: "armed", id: "slow", injections: 1 });
    expect(struck).toMatchObject([{ event: "struck", faultId: "slow", kind: "api-latency" }]);
    expect((await fault("disarm", "slow")).code).toBe(0);
    expect((await fault("list")).stdout).toMatch(/^No fault is armed\.[\s\S]*slow/);
  });

  it("takes one task's Spot capacity away and kills another, each once", async () => {
    const [onSpot, onDemand] = await Promise.all([startWorker("FARGATE_SPOT"), startWorker("FARGATE")]);
    const { stdout, stderr } = await fault("spot", onSpot.split("/").at(-1)?.slice(0, 12) ?? "");
    expect(stdout, stderr).toBe(`${onSpot} was interrupted\n`);
    expect(await stopped(onSpot)).toMatchObject({ stopCode: "SpotInterruption" });
    const refused = await fault("spot", onDemand);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/runs on FARGATE: only Spot/) });
    expect((await fault("kill", onDemand, "--json")).json()).toMatchObject([
      { event: "struck", kind: "task-kill", target: onDemand },
    ]);
    expect(await stopped(onDemand)).toMatchObject({ containers: [{ exitCode: 137 }] });
    expect(await incidentOf(onDemand)).toMatchObject({ cause: "out-of-memory" });
    expect((await fault("list")).stdout).toMatch(/^No fault is armed/);
  });

  it.each([
    ["a scenario that cannot be used", ["arm", "cdk.json"], /seed|faults|app/],
    ["a file that is not there", ["arm", "nowhere.json"], /nowhere\.json: ENOENT/],
    ["a fault that is not armed", ["disarm", "nothing"], /No fault nothing is armed/],
    [
      "a task that does not run",
      ["kill", "ffffffff"],
      /No task ffffffff runs; there are\n {2}\w+ {2}service:/,
    ],
    ["an instance that there is not", ["kill", "i-00000000"], /i-00000000 was not struck/],
    ["an action that there is not", ["break"], /Usage: longshore fault arm FILE/],
  ])("names %s", async (_, args, message) => {
    const { code, stderr } = await fault(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it("refuses to do anything in AWS", async () => {
    const { code, stderr } = await operator(["fault", "list", "--aws"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/run on this machine alone .*AWS Fault Injection Service/);
  });
});

describe("after all that", () => {
  it("there is an incident for each task that a fault has stopped, and for no other", async () => {
    const kinds = ["spot-interruption", "task-kill", "image-pull-error"];
    const struck = (await Promise.all(kinds.map(injected))).flat().map(({ target }) => target);
    expect((await incidents()).map(({ taskArn }) => taskArn).toSorted()).toEqual(struck.toSorted());
  });
});
