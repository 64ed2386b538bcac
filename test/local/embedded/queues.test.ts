import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AddPermissionCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  type QueueAttributeName,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
  TagQueueCommand,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createMessaging, type Messaging } from "../../../local/embedded/messaging.ts";
import { type Endpoint, startEndpoint } from "./serve.ts";

describe("SQS", () => {
  let endpoint: Endpoint;
  let directory: string;
  let messaging: Messaging;
  let client: SQSClient;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "queues-"));
    await start();
  });

  afterEach(async () => {
    await stop();
    rmSync(directory, { recursive: true });
  });

  async function start() {
    endpoint = await startEndpoint();
    messaging = await createMessaging({ realm: endpoint.realm, directory });
    endpoint.use(messaging.sqs, messaging.sns);
    client = new SQSClient(endpoint.client);
  }

  async function stop() {
    client.destroy();
    messaging.stop();
    await endpoint.stop();
  }

  const send = (QueueUrl: string, MessageBody: string, more: object = {}) =>
    client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
  const receive = async (QueueUrl: string, more: Partial<ReceiveMessageCommandInput> = {}) =>
    (await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }))).Messages ??
    [];
  const attribute = async (QueueUrl: string, name: QueueAttributeName) =>
    (await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [name] }))).Attributes?.[
      name
    ];

  it("takes every character that SQS takes, and refuses the others", async () => {
    const { url } = messaging.createQueue("text");
    await send(url, "数据 😀 \u{10FFFF}");
    expect((await receive(url)).map(({ Body }) => Body)).toEqual(["数据 😀 \u{10FFFF}"]);
    await expect(send(url, "a\u0001b")).rejects.toThrow(/characters/);
  });

  it("sends, receives with what was asked for, and deletes", async () => {
    const { url } = messaging.createQueue("work");
    await send(url, "one", {
      MessageAttributes: {
        kind: { DataType: "String", StringValue: "csv" },
        rows: { DataType: "Number", StringValue: "3" },
      },
    });
    const [message] = await receive(url, {
      MessageAttributeNames: ["kind"],
      MessageSystemAttributeNames: ["ApproximateReceiveCount"],
    });
    expect(message).toMatchObject({ Body: "one", Attributes: { ApproximateReceiveCount: "1" } });
    expect(Object.keys(message?.MessageAttributes ?? {})).toEqual(["kind"]);
    expect(await receive(url)).toEqual([]);
    expect(await attribute(url, "ApproximateNumberOfMessagesNotVisible")).toBe("1");
    await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle }));
    expect(await attribute(url, "ApproximateNumberOfMessagesNotVisible")).toBe("0");
  });

  it("holds a long poll until a message comes", async () => {
    const { url } = messaging.createQueue("work");
    const waiting = receive(url, { WaitTimeSeconds: 20 });
    await vi.waitFor(() => expect(endpoint.open()).toBe(1));
    const sentAt = Date.now();
    await send(url, "late");
    expect((await waiting).map(({ Body }) => Body)).toEqual(["late"]);
    expect(Date.now() - sentAt).toBeLessThan(5_000);
  });

  it("takes nothing for a receiver that has gone", async () => {
    const { url } = messaging.createQueue("work");
    const gone = new AbortController();
    const command = new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 });
    const waiting = client.send(command, { abortSignal: gone.signal }).catch((error: Error) => error.name);
    await vi.waitFor(() => expect(endpoint.open()).toBe(1));
    gone.abort();
    expect(await waiting).toBe("AbortError");
    await vi.waitFor(() => expect(endpoint.open()).toBe(0));
    await send(url, "kept");
    const [message] = await receive(url, { MessageSystemAttributeNames: ["ApproximateReceiveCount"] });
    expect(message?.Attributes?.ApproximateReceiveCount).toBe("1");
  });

  it("makes a message visible again on request, after its timeout, and after its delay", async () => {
    const { url } = messaging.createQueue("work");
    await send(url, "again");
    const [first] = await receive(url);
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: url,
        ReceiptHandle: first?.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
    const [second] = await receive(url, { VisibilityTimeout: 1 });
    expect(second?.Body).toBe("again");
    const [third] = await receive(url, { WaitTimeSeconds: 5 });
    expect(third?.MessageId).toBe(first?.MessageId);
    await send(url, "delayed", { DelaySeconds: 1 });
    expect(await receive(url)).toEqual([]);
    expect((await receive(url, { WaitTimeSeconds: 5 }))[0]?.Body).toBe("delayed");
  });

  it("deletes by a receipt handle that outlived its visibility timeout", async () => {
    const { url } = messaging.createQueue("work");
    await send(url, "slow");
    const [message] = await receive(url, { VisibilityTimeout: 0 });
    await vi.waitFor(async () => expect(await attribute(url, "ApproximateNumberOfMessages")).toBe("1"));
    await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle }));
    expect(await attribute(url, "ApproximateNumberOfMessages")).toBe("0");
  });

  it("moves a message that is received too often, and back with a move task", async () => {
    const dead = messaging.createQueue("dead");
    const work = messaging.createQueue("work", {
      VisibilityTimeout: 0,
      RedrivePolicy: { deadLetterTargetArn: dead.arn, maxReceiveCount: 2 },
    });
    const sources = await client.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead.url }));
    expect(sources.queueUrls).toEqual([work.url]);
    await send(work.url, "poison");
    await receive(work.url);
    await receive(work.url);
    expect(await receive(work.url)).toEqual([]);
    const [poison] = await receive(dead.url, {
      MessageSystemAttributeNames: ["DeadLetterQueueSourceArn"],
      VisibilityTimeout: 0,
    });
    expect(poison).toMatchObject({ Body: "poison", Attributes: { DeadLetterQueueSourceArn: work.arn } });

    await client.send(new StartMessageMoveTaskCommand({ SourceArn: dead.arn }));
    expect((await receive(work.url)).map(({ Body }) => Body)).toEqual(["poison"]);
    const { Results } = await client.send(new ListMessageMoveTasksCommand({ SourceArn: dead.arn }));
    expect(Results).toMatchObject([{ Status: "COMPLETED", ApproximateNumberOfMessagesMoved: 1 }]);
    await expect(client.send(new StartMessageMoveTaskCommand({ SourceArn: work.arn }))).rejects.toThrow(
      "must be configured as a Dead Letter Queue",
    );
  });

  it("keeps the dead-letter queue's word on who may use it", async () => {
    const dead = messaging.createQueue("dead", { RedriveAllowPolicy: { redrivePermission: "denyAll" } });
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 2 });
    const create = new CreateQueueCommand({ QueueName: "work", Attributes: { RedrivePolicy } });
    await expect(client.send(create)).rejects.toThrow("does not allow redrive");
    const missing = JSON.stringify({ deadLetterTargetArn: `${dead.arn}-not`, maxReceiveCount: 2 });
    const other = new CreateQueueCommand({ QueueName: "work", Attributes: { RedrivePolicy: missing } });
    await expect(client.send(other)).rejects.toThrow("Dead letter target does not exist");
  });

  it("drops messages past their retention, and says how old the oldest is", async () => {
    const { url, arn } = messaging.createQueue("work", { MessageRetentionPeriod: 60 });
    const before = Date.now();
    await send(url, "old");
    const after = Date.now();
    await receive(url);
    await send(url, "old too");
    expect(messaging.dropExpired(Date.now() + 59_000)).toBe(0);
    const backlog = messaging.backlog(arn);
    expect(backlog).toMatchObject({ visible: 1, notVisible: 1, delayed: 0 });
    expect(backlog.oldestSentAt).toBeGreaterThanOrEqual(before);
    expect(backlog.oldestSentAt).toBeLessThanOrEqual(after);
    expect(messaging.dropExpired(Date.now() + 62_000)).toBe(2);
    expect(messaging.backlog(arn)).toEqual({
      visible: 0,
      notVisible: 0,
      delayed: 0,
      oldestSentAt: undefined,
    });
  });

  it("keeps queues and messages over a restart on another port", async () => {
    const before = messaging.createQueue("work", {}, { team: "data" });
    await send(before.url, "waiting");
    await send(before.url, "in flight");
    await send(before.url, "delayed", { DelaySeconds: 900 });
    await client.send(new TagQueueCommand({ QueueUrl: before.url, Tags: { more: "tags" } }));
    const [taken] = await receive(before.url, { MaxNumberOfMessages: 1 });
    expect(taken?.Body).toBe("waiting");
    await stop();
    await start();

    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: "work" }));
    expect(QueueUrl).toBe(`${endpoint.realm.endpoint}/000000000000/work`);
    const { QueueUrls } = await client.send(new ListQueuesCommand({}));
    expect(QueueUrls).toEqual([QueueUrl]);
    const old = "https://sqs.eu-west-1.amazonaws.com/000000000000/work";
    expect(await attribute(old, "ApproximateNumberOfMessagesNotVisible")).toBe("1");
    expect(await attribute(old, "ApproximateNumberOfMessagesDelayed")).toBe("1");
    expect((await receive(before.url)).map(({ Body }) => Body)).toEqual(["in flight"]);
    await client.send(new DeleteMessageCommand({ QueueUrl: old, ReceiptHandle: taken?.ReceiptHandle }));
    expect(await attribute(old, "ApproximateNumberOfMessagesNotVisible")).toBe("1");
    await client.send(new PurgeQueueCommand({ QueueUrl: old }));
    expect(await attribute(old, "ApproximateNumberOfMessagesDelayed")).toBe("0");
  });

  it("keeps order within a group and drops repeats in a FIFO queue", async () => {
    const { url } = messaging.createQueue("steps.fifo", { FifoQueue: true, ContentBasedDeduplication: true });
    const entry = (Id: string, MessageBody: string) => ({ Id, MessageBody, MessageGroupId: "g" });
    await client.send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: [entry("a", "1"), entry("b", "1"), entry("c", "2")],
      }),
    );
    const [first] = await receive(url);
    expect(first?.Body).toBe("1");
    expect(await receive(url)).toEqual([]);
    await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle }));
    expect((await receive(url)).map(({ Body }) => Body)).toEqual(["2"]);
  });

  it("serves the runtime itself as it serves clients", async () => {
    const { arn, url } = messaging.createQueue("work");
    messaging.sendMessage(arn, "inside", {
      messageAttributes: { a: { DataType: "String", StringValue: "b" } },
    });
    const never = new AbortController();
    const [message] = await messaging.receive(arn, { messageAttributeNames: ["All"] }, never.signal);
    expect(message).toMatchObject({ Body: "inside", MessageAttributes: { a: { StringValue: "b" } } });
    const handle = message?.ReceiptHandle ?? "";
    messaging.changeVisibility(arn, handle, 0);
    const [again] = await receive(url);
    messaging.delete(arn, [again?.ReceiptHandle ?? ""]);
    expect(await receive(url)).toEqual([]);
    const waiting = messaging.receive(arn, { waitSeconds: 20 }, never.signal);
    never.abort();
    expect(await waiting).toEqual([]);
    expect(() => messaging.sendMessage(`${arn}-not`, "x")).toThrow("does not exist");
  });

  it("keeps a queue's policy when its attributes are played again, and takes both away on request", () => {
    const { arn, url } = messaging.createQueue("work");
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    messaging.setQueuePolicy(url, policy);
    messaging.createQueue("work", { VisibilityTimeout: 60 });
    expect(messaging.attributes(arn)).toMatchObject({ Policy: policy, VisibilityTimeout: "60" });
    messaging.setQueuePolicy(url, "");
    expect(messaging.attributes(arn)).not.toHaveProperty("Policy");
    messaging.deleteQueue(arn);
    expect(() => messaging.attributes(arn)).toThrow("does not exist");
    expect(messaging.queues()).toEqual([]);
  });

  it("answers SQS' own errors", async () => {
    const { url } = messaging.createQueue("work");
    const missing = await send(`${url}-not`, "x").catch((error: unknown) => error);
    expect(missing).toBeInstanceOf(QueueDoesNotExist);
    const set = (Attributes: Record<string, string>) =>
      client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes }));
    await expect(set({ VisibilityTimeout: "43201" })).rejects.toMatchObject({
      name: "InvalidAttributeValue",
    });
    await expect(set({ Colour: "red" })).rejects.toMatchObject({ name: "InvalidAttributeName" });
    await expect(send(url, "x".repeat(1_048_577))).rejects.toThrow("must be shorter than 1048576 bytes");
    const handle = new ChangeMessageVisibilityCommand({
      QueueUrl: url,
      ReceiptHandle: randomUUID(),
      VisibilityTimeout: 1,
    });
    await expect(client.send(handle)).rejects.toMatchObject({ name: "MessageNotInflight" });
    const command = { QueueUrl: url, ReceiptHandle: "none" };
    for (const made of [
      new ChangeMessageVisibilityCommand({ ...command, VisibilityTimeout: 1 }),
      new DeleteMessageCommand(command),
    ]) {
      await expect(client.send(made as DeleteMessageCommand)).rejects.toMatchObject({
        name: "ReceiptHandleIsInvalid",
      });
    }
    await send(url, "to be deleted");
    const { Messages: [message] = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl: url }));
    const batch = new DeleteMessageBatchCommand({
      QueueUrl: url,
      Entries: [
        { Id: "there", ReceiptHandle: message?.ReceiptHandle },
        { Id: "made-up", ReceiptHandle: "none" },
      ],
    });
    expect(await client.send(batch)).toMatchObject({
      Successful: [{ Id: "there" }],
      Failed: [{ Id: "made-up", Code: "ReceiptHandleIsInvalid", SenderFault: true }],
    });
    const tag = new TagQueueCommand({ QueueUrl: url, Tags: { "aws:own": "x" } });
    await expect(client.send(tag)).rejects.toThrow("reserved for AWS");
  });

  it("names what it does not play", async () => {
    const { url } = messaging.createQueue("work");
    const attributes = { AWSTraceHeader: { DataType: "String" as const, StringValue: "x" } };
    await expect(send(url, "x", { MessageSystemAttributes: attributes })).rejects.toThrow(
      "sqs SendMessage: MessageSystemAttributes is not played",
    );
    await expect(
      client.send(
        new AddPermissionCommand({ QueueUrl: url, Label: "l", AWSAccountIds: ["1"], Actions: ["*"] }),
      ),
    ).rejects.toThrow("sqs AddPermission is not played");
    const form = await fetch(endpoint.realm.endpoint, {
      method: "POST",
      headers: { authorization: "AWS4-HMAC-SHA256 Credential=a/20300101/us-east-1/sqs/aws4_request" },
      body: new URLSearchParams({ Action: "ListQueues" }),
    });
    expect(form.status).toBe(400);
    expect(await form.text()).toContain("the query protocol");
  });
});
