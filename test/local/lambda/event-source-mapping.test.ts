import {
  GetEventSourceMappingCommand,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { eventSourceMappingFromTemplate } from "../../../local/lambda/from-template.ts";
import type { LambdaOptions, QueueReader } from "../../../local/lambda/ports.ts";
import { eventually, startLambda, type TestLambda } from "./harness.ts";

let sqs: FauxqsServer;
let client: SQSClient;
let queue: { queueUrl: string; queueArn: string; queueName: string };
let test: TestLambda | undefined;
let count = 0;

beforeAll(async () => {
  sqs = await startFauxqs({ port: 0, logger: false });
  client = new SQSClient({
    endpoint: sqs.address,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
});

afterAll(async () => {
  client.destroy();
  await sqs.stop();
});

beforeEach(() => {
  queue = sqs.createQueue(`queue-${++count}`, { attributes: { VisibilityTimeout: "1" } });
});

afterEach(async () => {
  await test?.stop();
  test = undefined;
});

/** SQS as the runtime hands it to Lambda: through its API. */
const queues: QueueReader = {
  async receive(_queueArn, max, waitSeconds, signal) {
    const { Messages: messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queue.queueUrl,
        MaxNumberOfMessages: max,
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ["All"],
        MessageAttributeNames: ["All"],
      }),
      { abortSignal: signal },
    );
    return messages.map((message) => ({
      messageId: message.MessageId ?? "",
      receiptHandle: message.ReceiptHandle ?? "",
      body: message.Body ?? "",
      attributes: message.Attributes ?? {},
      messageAttributes: Object.fromEntries(
        Object.entries(message.MessageAttributes ?? {}).map(([name, attribute]) => [
          name,
          {
            dataType: attribute.DataType ?? "",
            ...(attribute.StringValue !== undefined && { stringValue: attribute.StringValue }),
          },
        ]),
      ),
      ...(message.MD5OfBody && { md5OfBody: message.MD5OfBody }),
    }));
  },
  async delete(_queueArn, handles) {
    for (const ReceiptHandle of handles) {
      await client.send(new DeleteMessageCommand({ QueueUrl: queue.queueUrl, ReceiptHandle }));
    }
  },
  async release(_queueArn, handles) {
    for (const ReceiptHandle of handles) {
      await client.send(
        new ChangeMessageVisibilityCommand({ QueueUrl: queue.queueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
      );
    }
  },
};

const send = (body: string, attributes: Record<string, string> = {}) =>
  client.send(
    new SendMessageCommand({
      QueueUrl: queue.queueUrl,
      MessageBody: body,
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
      ),
    }),
  );

function left(): number {
  const { ready = [], delayed = [], inflight = [] } = sqs.inspectQueue(queue.queueName)?.messages ?? {};
  return ready.length + delayed.length + inflight.length;
}

/** Starts a service whose function logs each event, and maps the queue to it. */
async function start(code: string, properties: object = {}, overrides: Partial<LambdaOptions> = {}) {
  const started = await startLambda({ queues, ...overrides });
  test = started;
  started.deploy("worker", code);
  const uuid = started.lambda.createEventSourceMapping(
    eventSourceMappingFromTemplate({
      logicalId: "Mapping",
      properties: { FunctionName: "worker", EventSourceArn: queue.queueArn, ...properties },
    }),
  );
  const events = () =>
    started
      .messages()
      .filter((message) => message.startsWith('{"Records"'))
      .map((message) => JSON.parse(message));
  return { started, uuid, events };
}

const LOGGING = `export const handler = async (event) => { process.stdout.write(JSON.stringify(event) + "\\n"); };`;

it("hands messages over in AWS's shape and deletes them afterwards", async () => {
  const { started, events } = await start(LOGGING);
  const { MessageId: messageId, MD5OfMessageBody: md5 } = await send('{"a":"ü"}', { kind: "test" });
  started.lambda.start();
  const event = await eventually(() => events()[0], "the event");
  expect(event).toEqual({
    Records: [
      {
        messageId,
        receiptHandle: expect.any(String),
        body: '{"a":"ü"}',
        attributes: expect.objectContaining({
          ApproximateReceiveCount: "1",
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
        }),
        messageAttributes: {
          kind: { dataType: "String", stringValue: "test", stringListValues: [], binaryListValues: [] },
        },
        md5OfBody: md5,
        eventSource: "aws:sqs",
        eventSourceARN: queue.queueArn,
        awsRegion: "us-east-1",
      },
    ],
  });
  await eventually(() => left() === 0, "the message's deletion");
});

it("leaves the messages of a failed batch to the visibility timeout", async () => {
  const { started, uuid, events } = await start(
    `export const handler = async (event) => {
       process.stdout.write(JSON.stringify(event) + "\\n");
       if (event.Records[0].attributes.ApproximateReceiveCount === "1") throw new Error("first time");
     };`,
  );
  await send("again");
  started.lambda.start();
  await eventually(() => events().length === 1, "the first try");
  await eventually(() => events().length === 2, "the second try");
  await eventually(() => left() === 0, "the message's deletion");
  const { LastProcessingResult } = await started.client.send(
    new GetEventSourceMappingCommand({ UUID: uuid }),
  );
  expect(LastProcessingResult).toBe("OK");
});

it("keeps only the messages that a partial batch response names", async () => {
  const { started, events } = await start(
    `export const handler = async (event) => {
       process.stdout.write(JSON.stringify(event) + "\\n");
       return { batchItemFailures: event.Records.filter(({ body }) => body === "bad").map(({ messageId }) => ({ itemIdentifier: messageId })) };
     };`,
    { FunctionResponseTypes: ["ReportBatchItemFailures"] },
  );
  await send("good");
  await send("bad");
  started.lambda.start();
  await eventually(() => events().length >= 2, "the bad message's return");
  const bodies = events().map(({ Records: records }) => records.map(({ body }: { body: string }) => body));
  expect(bodies.flat().filter((body) => body === "good")).toHaveLength(1);
  expect(left()).toBe(1);
});

it("collects a batch over its window", async () => {
  queue = sqs.createQueue(`queue-${++count}`, { attributes: { VisibilityTimeout: "30" } });
  const { started, events } = await start(LOGGING, { BatchSize: 100, MaximumBatchingWindowInSeconds: 2 });
  started.lambda.start();
  for (let index = 0; index < 25; index += 1) await send(String(index));
  const event = await eventually(() => events()[0], "the batch");
  expect(event.Records).toHaveLength(25);
});

it("runs no more batches at once than the maximum concurrency", async () => {
  const { started } = await start(
    `export const handler = async () => new Promise((resolve) => setTimeout(resolve, 100));`,
    { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } },
  );
  for (let index = 0; index < 12; index += 1) await send(String(index));
  started.lambda.start();
  await eventually(() => left() === 0, "all messages' end");
  const concurrent = started.metrics
    .filter(({ name }) => name === "ConcurrentExecutions")
    .map(({ value }) => value);
  expect(Math.max(...concurrent)).toBe(2);
});

it("drops messages that no filter lets through", async () => {
  const { started, events } = await start(LOGGING, {
    FilterCriteria: {
      Filters: [
        { Pattern: '{"body":{"kind":[{"prefix":"want"}],"size":[{"numeric":[">",1]}]}}' },
        { Pattern: '{"body":["as it stands"]}' },
      ],
    },
  });
  const wanted = '{"kind":"wanted","size":2}';
  for (const body of [
    '{"kind":"other","size":2}',
    '{"kind":"wanted","size":1}',
    "no JSON",
    wanted,
    "as it stands",
  ]) {
    await send(body);
  }
  started.lambda.start();
  await eventually(() => left() === 0, "the queue's end");
  const bodies = () =>
    events().flatMap(({ Records: records }) => records.map(({ body }: { body: string }) => body));
  await eventually(() => bodies().length > 1, "the events");
  expect(bodies().toSorted()).toEqual(["as it stands", wanted]);
});

it.each([
  [
    "a pattern that is none",
    ['{"body":{"kind":"wanted"}}'],
    /Invalid filter pattern.*must be an object or an array/,
  ],
  ["what is no JSON", ["body"], /Invalid filter pattern/],
  ["more than five", Array.from({ length: 6 }, () => '{"body":["x"]}'), /5 filters/],
])("refuses %s as filter criteria", async (_, patterns, message) => {
  const FilterCriteria = { Filters: patterns.map((Pattern) => ({ Pattern })) };
  await expect(start(LOGGING, { FilterCriteria })).rejects.toMatchObject({
    code: "InvalidParameterValueException",
    message: expect.stringMatching(message),
  });
});

it("stops and goes on when it is disabled and enabled", async () => {
  const { started, uuid, events } = await start(LOGGING, { Enabled: false });
  started.lambda.start();
  const { EventSourceMappings: mappings } = await started.client.send(
    new ListEventSourceMappingsCommand({ FunctionName: "worker" }),
  );
  expect(mappings).toMatchObject([
    { UUID: uuid, State: "Disabled", BatchSize: 10, EventSourceArn: queue.queueArn },
  ]);
  await send("waits");
  expect(events()).toEqual([]);
  const updated = await started.client.send(
    new UpdateEventSourceMappingCommand({ UUID: uuid, Enabled: true, BatchSize: 5 }),
  );
  expect(updated).toMatchObject({ State: "Enabled", BatchSize: 5 });
  await eventually(() => events().length === 1, "the event");
});

it.each([
  [{ BatchSize: 11 }, "Maximum batch window in seconds must be greater than 0"],
  [{ BatchSize: 10001 }, "BatchSize"],
  [{ ScalingConfig: { MaximumConcurrency: 1 } }, "MaximumConcurrency"],
  [{ EventSourceArn: "arn:aws:kinesis:us-east-1:000000000000:stream/s" }, "only SQS queues are played"],
])("refuses %j", async (properties, message) => {
  await expect(start(LOGGING, properties)).rejects.toThrow(message);
});
