import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { ECSClient, ListClustersCommand } from "@aws-sdk/client-ecs";
import { EventBridgeClient, ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { ListBucketsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ListTopicsCommand, SNSClient } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { describe, expect, it } from "vitest";
import { fits } from "../../../local/faults/api-faults.ts";
import { parseScenario, type ScenarioInput } from "../../../local/faults/scenario.ts";
import type { Runtime } from "../../../local/runtime.ts";
import { connection, startSmallRuntime } from "./small-runtime.ts";

const QUEUE = { Queue: { Type: "AWS::SQS::Queue" } };
const TABLE = {
  Table: {
    Type: "AWS::DynamoDB::Table",
    Properties: {
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
    },
  },
};
const arm = (runtime: Runtime, ...faults: ScenarioInput["faults"]) =>
  runtime.faults.arm(parseScenario({ faults }, "the test"));

describe("an API fault", () => {
  it("throttles each service in that service's own words", async () => {
    const runtime = await startSmallRuntime(QUEUE);
    arm(runtime, { kind: "api-error", id: "slow", error: "throttling" });
    const settings = connection(runtime);
    const refused = async (call: Promise<unknown>) =>
      call.then(
        () => "answered",
        (error: { name: string; $metadata: { httpStatusCode: number } }) => [
          error.name,
          error.$metadata.httpStatusCode,
        ],
      );
    const key = { TableName: "t", Key: { id: { S: "1" } } };
    expect({
      dynamodb: await refused(new DynamoDBClient(settings).send(new GetItemCommand(key))),
      ecs: await refused(new ECSClient(settings).send(new ListClustersCommand({}))),
      events: await refused(new EventBridgeClient(settings).send(new ListRulesCommand({}))),
      lambda: await refused(new LambdaClient(settings).send(new ListFunctionsCommand({}))),
      s3: await refused(new S3Client(settings).send(new ListBucketsCommand({}))),
      sns: await refused(new SNSClient(settings).send(new ListTopicsCommand({}))),
      sqs: await refused(new SQSClient(settings).send(new ListQueuesCommand({}))),
      sts: await refused(new STSClient(settings).send(new GetCallerIdentityCommand({}))),
    }).toEqual({
      dynamodb: ["ProvisionedThroughputExceededException", 400],
      ecs: ["ThrottlingException", 400],
      events: ["ThrottlingException", 400],
      lambda: ["TooManyRequestsException", 429],
      s3: ["SlowDown", 503],
      sns: ["ThrottledException", 429],
      sqs: ["RequestThrottled", 403],
      sts: ["Throttling", 400],
    });
    const struck = runtime.faults.injections();
    expect(struck.map(({ target }) => target)).toEqual([
      "dynamodb:GetItem",
      "ecs:ListClusters",
      "events:ListRules",
      "lambda:ListFunctions",
      "s3:ListBuckets",
      "sns:ListTopics",
      "sqs:ListQueues",
      "sts:GetCallerIdentity",
    ]);
    expect(struck[0]).toMatchObject({
      faultId: "slow",
      kind: "api-error",
      detail: { code: "ProvisionedThroughputExceededException", statusCode: 400 },
    });
  });

  it("strikes the operation that it names, as often as it says, and the SDK's retries get over it", async () => {
    const runtime = await startSmallRuntime(QUEUE, {
      faults: [{ kind: "api-error", service: "sqs", operation: "ListQueues", error: "internal", times: 2 }],
    });
    const sqs = new SQSClient({ ...connection(runtime), maxAttempts: 3 });
    await sqs.send(new CreateQueueCommand({ QueueName: "other" }));
    const { QueueUrls, $metadata } = await sqs.send(new ListQueuesCommand({}));
    expect({ count: QueueUrls?.length, attempts: $metadata.attempts }).toEqual({ count: 2, attempts: 3 });
    expect(runtime.faults.injections()).toHaveLength(2);
    expect(runtime.faults.armed()).toMatchObject([{ occasions: 3, injections: 2 }]);
  });

  it("with an error of its own answers that error", async () => {
    const error = { code: "LimitExceededException", message: "Too many", statusCode: 400 };
    const runtime = await startSmallRuntime(QUEUE, { faults: [{ kind: "api-error", error }] });
    const call = new ECSClient(connection(runtime)).send(new ListClustersCommand({}));
    await expect(call).rejects.toMatchObject({ name: "LimitExceededException", message: "Too many" });
  });

  it("refuses an upload before its body is read, and the next one goes through", async () => {
    const runtime = await startSmallRuntime(
      { Bucket: { Type: "AWS::S3::Bucket" } },
      {
        faults: [{ kind: "api-error", service: "s3", operation: "PutObject", error: "throttling", times: 1 }],
      },
    );
    const s3 = new S3Client(connection(runtime));
    const put = () =>
      s3.send(
        new PutObjectCommand({ Bucket: runtime.outputs.Bucket, Key: "k", Body: Buffer.alloc(3_000_000) }),
      );
    await expect(put()).rejects.toMatchObject({
      name: expect.stringMatching(/SlowDown|EPIPE|ECONNRESET|Error/),
    });
    await put();
    expect(runtime.faults.injections()).toHaveLength(1);
  });

  it("delays an answer", async () => {
    const runtime = await startSmallRuntime(QUEUE, {
      faults: [{ kind: "api-latency", service: "sqs", milliseconds: 300 }],
    });
    const began = performance.now();
    await new SQSClient(connection(runtime)).send(new ListQueuesCommand({}));
    expect(performance.now() - began).toBeGreaterThanOrEqual(295);
    await new ECSClient(connection(runtime)).send(new ListClustersCommand({}));
    expect(runtime.faults.injections()).toHaveLength(1);
  });

  it("leaves a call without an answer until the caller gives up, and the call has not happened", async () => {
    const runtime = await startSmallRuntime(QUEUE, {
      faults: [{ kind: "api-timeout", operation: "CreateQueue" }],
    });
    const sqs = new SQSClient(connection(runtime));
    const call = sqs.send(new CreateQueueCommand({ QueueName: "never" }), {
      abortSignal: AbortSignal.timeout(300),
    });
    await expect(call).rejects.toMatchObject({ name: "AbortError" });
    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
    expect(QueueUrls.filter((url) => url.endsWith("/never"))).toEqual([]);
  });

  it("loses the answer of a call that has happened", async () => {
    const runtime = await startSmallRuntime(TABLE, {
      faults: [{ kind: "api-answer-lost", operation: "PutItem", times: 1 }],
    });
    const dynamo = new DynamoDBClient(connection(runtime));
    const TableName = runtime.outputs.Table;
    const put = dynamo.send(new PutItemCommand({ TableName, Item: { id: { S: "1" } } }));
    await expect(put).rejects.toMatchObject({ code: "ECONNRESET" });
    const { Item } = await dynamo.send(
      new GetItemCommand({ TableName, Key: { id: { S: "1" } }, ConsistentRead: true }),
    );
    expect(Item).toEqual({ id: { S: "1" } });
  });

  it.each([
    [{}, "role", true],
    [{ caller: "role" as const }, "role", true],
    [{ caller: "role" as const }, "admin", false],
    [{ caller: "admin" as const }, "anonymous", true],
    [{ caller: "admin" as const }, "role", false],
    [{ service: "sqs" }, "role", false],
    [{ service: "ecs", operation: "StopTask" }, "role", false],
  ] as const)("%j for ecs RunTask of a caller of kind %s: %s", (fault, caller, expected) => {
    expect(fits(fault, "ecs", "RunTask", caller)).toBe(expected);
  });
});

describe("/_longshore/faults", () => {
  it("arms, lists and disarms faults", async () => {
    const runtime = await startSmallRuntime(QUEUE);
    const url = `${runtime.endpoint}/_longshore/faults`;
    const list = new SQSClient(connection(runtime));
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({
      seed: 3,
      faults: [
        { kind: "api-error", id: "a", service: "sqs", error: "throttling" },
        { kind: "task-kill", id: "b", probability: 0.1 },
      ],
    });
    const armed = await fetch(url, { method: "POST", headers, body });
    expect([armed.status, await armed.json()]).toMatchObject([201, { faults: [{ id: "a" }, { id: "b" }] }]);
    await expect(list.send(new ListQueuesCommand({}))).rejects.toMatchObject({ name: "RequestThrottled" });
    expect(await (await fetch(url)).json()).toMatchObject({
      faults: [
        { id: "a", kind: "api-error", occasions: 1, injections: 1 },
        { id: "b", kind: "task-kill", occasions: 0, injections: 0 },
      ],
      injections: [{ faultId: "a", target: "sqs:ListQueues", at: expect.any(String) }],
    });
    expect((await fetch(`${url}/a`, { method: "DELETE" })).status).toBe(204);
    await list.send(new ListQueuesCommand({}));
    expect((await fetch(`${url}/a`, { method: "DELETE" })).status).toBe(404);
    expect((await fetch(url, { method: "DELETE" })).status).toBe(204);
    // What has struck stays on record.
    expect(await (await fetch(url)).json()).toMatchObject({ faults: [], injections: [{ faultId: "a" }] });
  });

  it.each([
    [
      "a scenario with a mistake",
      { body: '{"faults":[{"kind":"task-kill","probability":7}]}' },
      400,
      /probability/,
    ],
    ["no JSON", { body: "x" }, 400, /not JSON/],
    [
      "another content type",
      { body: "{}", headers: { "content-type": "text/plain" } },
      415,
      /application\/json/,
    ],
    [
      "a web page",
      { body: "{}", headers: { "content-type": "application/json", origin: "http://x" } },
      403,
      /web/,
    ],
    ["another method", { method: "PUT", body: "{}" }, 405, /GET, POST and DELETE/],
  ])("refuses %s", async (_, request, status, message) => {
    const runtime = await startSmallRuntime(QUEUE);
    const answer = await fetch(`${runtime.endpoint}/_longshore/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      ...request,
    });
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringMatching(message)]);
    expect(runtime.faults.armed()).toEqual([]);
  });
});
