import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import type { ScenarioInput } from "../../../local/faults/scenario.ts";
import type { Runtime } from "../../../local/runtime.ts";
import { connection, startSmallRuntime } from "./small-runtime.ts";

const RESOURCES = {
  Queue: { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: 300 } },
  Policy: {
    Type: "AWS::SQS::QueuePolicy",
    Properties: {
      Queues: [{ Ref: "Queue" }],
      PolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "events.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: { "Fn::GetAtt": ["Queue", "Arn"] },
          },
        ],
      },
    },
  },
  Rule: {
    Type: "AWS::Events::Rule",
    Properties: {
      EventPattern: { source: ["shop"] },
      Targets: [{ Id: "queue", Arn: { "Fn::GetAtt": ["Queue", "Arn"] }, InputPath: "$.detail" }],
    },
  },
};

async function setUp(...faults: ScenarioInput["faults"]) {
  const runtime = await startSmallRuntime(RESOURCES, { faults });
  return { runtime, ...clientsOf(runtime) };
}

function clientsOf(runtime: Runtime) {
  const sqs = new SQSClient(connection(runtime));
  const events = new EventBridgeClient(connection(runtime));
  const QueueUrl = runtime.outputs.Queue ?? "";
  const put = async (...numbers: number[]) => {
    const entry = (number: number): PutEventsRequestEntry => ({
      Source: "shop",
      DetailType: "order",
      Detail: JSON.stringify({ number }),
    });
    for (const number of numbers) await events.send(new PutEventsCommand({ Entries: [entry(number)] }));
  };
  /** Takes messages, one after another, until so many have come. */
  const take = async (count: number) => {
    const taken: { body: string; handle: string; id: string }[] = [];
    while (taken.length < count) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1, WaitTimeSeconds: 5 }),
      );
      if (Messages.length === 0) return taken;
      for (const { Body = "", ReceiptHandle = "", MessageId = "" } of Messages) {
        taken.push({ body: Body, handle: ReceiptHandle, id: MessageId });
      }
    }
    return taken;
  };
  const isEmpty = async () => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
    return Messages.length === 0;
  };
  return { sqs, QueueUrl, put, take, isEmpty };
}

const bodies = (taken: { body: string }[]) => taken.map(({ body }) => JSON.parse(body).number as number);

test("an event is delivered once more", async () => {
  const { runtime, put, take, isEmpty } = await setUp({ kind: "event-duplicate", source: "shop", times: 1 });
  await put(1, 2);
  expect(bodies(await take(3)).toSorted()).toEqual([1, 1, 2]);
  expect(await isEmpty()).toBe(true);
  expect(runtime.faults.injections()).toMatchObject([
    { kind: "event-duplicate", detail: { source: "shop", detailType: "order" } },
  ]);
});

test("an event is delivered late, and those after it in time", async () => {
  const { put, take } = await setUp({ kind: "event-delay", delaySeconds: 1, times: 1 });
  const began = performance.now();
  await put(1, 2, 3);
  expect(bodies(await take(3))).toEqual([2, 3, 1]);
  expect(performance.now() - began).toBeGreaterThanOrEqual(1000);
});

test("an event is held back until the next one has come, and alone until its time is up", async () => {
  const { runtime, put, take } = await setUp({ kind: "event-reorder", maxDelaySeconds: 0.8, times: 2 });
  await put(1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await put(2);
  expect(bodies(await take(2))).toEqual([2, 1]);
  const began = performance.now();
  await put(3);
  expect(bodies(await take(1))).toEqual([3]);
  expect(performance.now() - began).toBeGreaterThanOrEqual(750);
  expect(runtime.faults.injections()).toHaveLength(2);
});

test("faults for other events leave an event alone", async () => {
  const { runtime, put, take } = await setUp(
    { kind: "event-delay", delaySeconds: 60, source: "other" },
    { kind: "event-delay", delaySeconds: 60, detailType: "refund" },
    { kind: "event-delay", delaySeconds: 60, rule: "another-rule" },
  );
  await put(1);
  expect(bodies(await take(1))).toEqual([1]);
  expect(runtime.faults.injections()).toEqual([]);
});

test("a stop lets go of what is held back, and the event arrives", async () => {
  const { runtime, put } = await setUp({ kind: "event-delay", delaySeconds: 3600 });
  await put(1);
  await expect.poll(() => runtime.faults.injections().length).toBe(1);
  const began = performance.now();
  await runtime.stop();
  expect(performance.now() - began).toBeLessThan(5_000);
});

test("a received message shows again, and its first receiver's handle is a stale one", async () => {
  const { runtime, sqs, QueueUrl, take, isEmpty } = await setUp({
    kind: "message-redelivery",
    delaySeconds: 0.2,
    times: 1,
  });
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "once" }));
  const [first, second] = await take(2);
  expect(second).toMatchObject({ body: "once", id: first?.id });
  expect(second?.handle).not.toBe(first?.handle);
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: second?.handle }));
  expect(await isEmpty()).toBe(true);
  expect(runtime.faults.injections()).toMatchObject([
    {
      kind: "message-redelivery",
      target: expect.stringMatching(/^arn:aws:sqs:/),
      detail: { messageId: first?.id },
    },
  ]);
});

test("a message that was deleted before its time does not show again and is not on record", async () => {
  const { runtime, sqs, QueueUrl, take, isEmpty } = await setUp({
    kind: "message-redelivery",
    delaySeconds: 0.5,
  });
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "once" }));
  const [only] = await take(1);
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: only?.handle }));
  expect(await isEmpty()).toBe(true);
  expect(runtime.faults.injections()).toEqual([]);
});
