import { once } from "node:events";
import type { Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ecsTaskStateChange } from "../../../events/aws/ecs-task-state-change.ts";
import { spendingOfTask } from "../../../events/batch/job-cost.ts";
import { recordTaskUse, taskUseOf } from "../../../events/batch/task-use.ts";
import sample from "../../../events/samples/ecs-task-stopped-finished.json" with { type: "json" };

const { detail } = ecsTaskStateChange.parse(sample);
const times = {
  pullStartedAt: "2026-11-22T13:00:00.000Z",
  startedAt: "2026-11-22T13:00:20.000Z",
  stoppedAt: "2026-11-22T13:01:30.000Z",
};
const stopped = { ...detail, ...times, cpu: "1024", memory: "2048", capacityProviderName: "FARGATE_SPOT" };

describe("what a stopped task has used", () => {
  it("counts from the pull of its image, as Fargate bills it", () => {
    expect(taskUseOf(stopped)).toEqual({ cpu: 1024, memoryMiB: 2048, capacity: "FARGATE_SPOT", ms: 90_000 });
  });

  it.each([
    [
      "its launch type without a provider",
      { capacityProviderName: undefined, launchType: "FARGATE" },
      { capacity: "FARGATE" },
    ],
    ["a provider of instances", { capacityProviderName: "Longshore-Instances-1" }, { capacity: "EC2" }],
    [
      "storage that was asked for",
      { overrides: { ephemeralStorage: { sizeInGiB: 40 } } },
      { ephemeralStorageGiB: 40 },
    ],
  ])("knows %s", (_, change, expected) => {
    expect(taskUseOf({ ...stopped, ...change })).toMatchObject(expected);
  });

  it("is nothing, and costs nothing, when it never came to the pull of its image", () => {
    const use = taskUseOf({ ...stopped, pullStartedAt: undefined, startedAt: undefined });
    expect(use).toMatchObject({ capacity: "FARGATE_SPOT", ms: 0 });
    expect(use && spendingOfTask(use, { architecture: "x86_64" })).toMatchObject({ taskMs: 0, cost: 0 });
  });

  it.each([
    ["has not ended", { stoppedAt: undefined }],
    ["stopped before it started, by a clock that jumped", { stoppedAt: "2026-11-22T12:00:00.000Z" }],
    ["has no size", { cpu: undefined }],
  ])("is unknown when it %s", (_, change) => {
    expect(taskUseOf({ ...stopped, ...change })).toBeUndefined();
  });
});

describe("writing it down", () => {
  const dynalite = createRequire(import.meta.url)("dynalite")({ createTableMs: 0 }) as Server;
  let client: DynamoDBDocumentClient;
  beforeAll(async () => {
    await once(dynalite.listen(0, "127.0.0.1"), "listening");
    const endpoint = `http://127.0.0.1:${(dynalite.address() as AddressInfo).port}`;
    const credentials = { accessKeyId: "a", secretAccessKey: "b" };
    client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region: "us-east-1", credentials }));
    await client.send(
      new CreateTableCommand({
        TableName: "jobs",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "jobId", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "jobId", KeyType: "HASH" }],
      }),
    );
  });
  afterAll(() => {
    client.destroy();
    dynalite.close();
  });

  it("keeps each task of a job once, with the sum of what they cost, and makes no job", async () => {
    const table = { client, jobsTable: "jobs", objectsTable: "objects" };
    const first = { cpu: 1024, memoryMiB: 2048, capacity: "FARGATE", ms: 1 } as const;
    const second = { ...first, memoryMiB: 4096 };
    const spent = { taskMs: 60_000, cost: 822_833, prices: "us-east-1, 2026-11-22" };
    await client.send(new PutCommand({ TableName: "jobs", Item: { jobId: "j" } }));
    for (const [task, use] of [
      ["arn/one", first],
      ["arn/two", second],
      ["arn/one", first],
    ] as const) {
      await recordTaskUse(table, "j", task, use, spent);
    }
    await recordTaskUse(table, "unknown", "arn/one", first, spent);
    const read = async (jobId: string) =>
      (await client.send(new GetCommand({ TableName: "jobs", Key: { jobId } }))).Item;
    expect(await read("j")).toEqual({
      jobId: "j",
      tasks: { one: first, two: second },
      taskMs: 120_000,
      cost: 1_645_666,
      prices: spent.prices,
    });
    expect(await read("unknown")).toBeUndefined();
  });

  it("adds to what a worker had spent before, and says nothing of what has no price", async () => {
    const table = { client, jobsTable: "jobs", objectsTable: "objects" };
    const use = { cpu: 1024, memoryMiB: 2048, capacity: "EC2", ms: 500 } as const;
    const before = { jobId: "k", taskMs: 1, cost: 10, prices: "an older one" };
    await client.send(new PutCommand({ TableName: "jobs", Item: before }));
    await recordTaskUse(table, "k", "arn/one", use, undefined);
    await recordTaskUse(table, "k", "arn/two", use, { taskMs: 500, cost: 7, prices: "today's" });
    const { Item } = await client.send(new GetCommand({ TableName: "jobs", Key: { jobId: "k" } }));
    expect(Item).toEqual({
      jobId: "k",
      tasks: { one: use, two: use },
      taskMs: 501,
      cost: 17,
      prices: "today's",
    });
  });
});
