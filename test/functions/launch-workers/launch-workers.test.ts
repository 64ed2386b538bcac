import { CreateServiceCommand, ListTasksCommand } from "@aws-sdk/client-ecs";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { startFauxqs } from "fauxqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { launchBudget } from "../../../functions/kit/launch-budget.ts";
import {
  BURST_STARTED_BY,
  type LaunchWorkersDependencies,
  launchWorkers,
  type TakenTurns,
} from "../../../functions/launch-workers/launch-workers.ts";
import { CLUSTER, type EcsServer, NETWORK, startEcsServer } from "../../local/ecs/support/ecs-server.ts";
import { register } from "../../local/ecs/support/tasks.ts";
import { createTables, type TestTables } from "../support/tables.ts";

const MESSAGES = 12;
const START = Date.parse("2026-11-22T13:00:00.000Z");
let tables: TestTables;
let server: EcsServer;
let queues: Awaited<ReturnType<typeof startFauxqs>>;
let time: number;
let looks: { delaySeconds: number; turns: TakenTurns | undefined }[];
let waits: number[];
let dependencies: LaunchWorkersDependencies;

beforeEach(async () => {
  [tables, server, queues] = await Promise.all([
    createTables(),
    startEcsServer(),
    startFauxqs({ port: 0, logger: false }),
  ]);
  const image = server.image("sleeper", {
    Dockerfile: 'FROM scratch\nENTRYPOINT ["sh", "-c", "sleep 60 & wait"]\n',
  });
  await register(server, "worker", [{ name: "worker", image, stopTimeout: 2 }]);
  await server.client.send(
    new CreateServiceCommand({
      cluster: CLUSTER,
      serviceName: "workers",
      taskDefinition: "worker",
      desiredCount: 0,
      networkConfiguration: NETWORK,
    }),
  );
  queues.createQueue("jobs");
  const queueUrl = `http://127.0.0.1:${queues.port}/000000000000/jobs`;
  const sqs = new SQSClient({
    endpoint: `http://127.0.0.1:${queues.port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  for (let sent = 0; sent < MESSAGES; sent += 6) {
    const Entries = Array.from({ length: 6 }, (_, index) => ({ Id: String(index), MessageBody: "{}" }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
  time = START;
  looks = [];
  waits = [];
  dependencies = {
    ecs: server.client,
    sqs,
    queueUrl,
    site: {
      cluster: CLUSTER,
      service: "workers",
      taskDefinition: "worker",
      container: "worker",
      capacity: ["FARGATE_SPOT", "FARGATE"],
      subnets: ["subnet-1"],
      securityGroups: ["sg-1"],
      assignPublicIp: "ENABLED",
      leaveAfterIdleSeconds: 60,
    },
    // A worker for each message.
    policy: { acceptableLatencySeconds: 60, secondsPerMessage: 60, maximumBurst: 50 },
    budget: launchBudget(tables.client, tables.countersTable),
    lookAgain: async (delaySeconds, turns) => void looks.push({ delaySeconds, turns }),
    now: () => time,
    wait: async (milliseconds) => {
      waits.push(milliseconds);
      time += milliseconds;
    },
  };
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await queues.stop();
  await tables.close();
});

async function burstWorkers(): Promise<number> {
  const { taskArns = [] } = await server.client.send(
    new ListTasksCommand({ cluster: CLUSTER, startedBy: BURST_STARTED_BY }),
  );
  return taskArns.length;
}

describe("burst workers", () => {
  it("are started as the account's budget allows, each task for a turn of its own", async () => {
    expect(await launchWorkers(dependencies)).toMatchObject({ wanted: MESSAGES, started: MESSAGES });
    expect(await burstWorkers()).toBe(MESSAGES);
    // The budget's burst of 15 held them all, and three turns are left.
    expect(waits).toEqual([]);
    expect(await dependencies.budget.takeTurn(time, 3)).toBeLessThanOrEqual(time);
    expect(await dependencies.budget.takeTurn(time)).toBeGreaterThan(time);
    expect(looks).toEqual([{ delaySeconds: 60, turns: undefined }]);
  });

  it("wait for a turn that is near", async () => {
    await dependencies.budget.takeTurn(time, 45);
    expect(await launchWorkers(dependencies)).toMatchObject({ started: MESSAGES });
    expect(waits.length).toBeGreaterThan(0);
    // 45 and 12 tasks are 42 more than the burst: 2.8 s at 15 a second.
    expect(time - START).toBeGreaterThan(2_000);
    expect(time - START).toBeLessThan(3_000);
  });

  it("are not started twice by two looks at once, of which one waits for its turn", async () => {
    await dependencies.budget.takeTurn(time, 45);
    let other: Promise<unknown> | undefined;
    const wait = async (milliseconds: number) => {
      time += milliseconds;
      other ??= launchWorkers(dependencies);
      await other;
    };
    expect(await launchWorkers({ ...dependencies, wait })).toMatchObject({ wanted: MESSAGES, started: 0 });
    expect(await burstWorkers()).toBe(MESSAGES);
  });

  it("leave a later turn to a look when it comes, and take no other for it", async () => {
    await dependencies.budget.takeTurn(time, 1_500);
    expect(await launchWorkers(dependencies)).toMatchObject({ wanted: MESSAGES, started: 0 });
    expect(await burstWorkers()).toBe(0);
    const [look] = looks;
    expect(look).toEqual({ delaySeconds: 100, turns: { at: expect.any(Number), tasks: 10 } });
    time += 100_000;
    looks = [];
    expect(await launchWorkers(dependencies, look?.turns)).toMatchObject({ started: MESSAGES });
    expect(waits).toEqual([]);
  });
});
