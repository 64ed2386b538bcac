import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTagsForResourceCommand,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMessaging, type Messaging } from "../../../local/embedded/messaging.ts";
import { type Endpoint, startEndpoint } from "./serve.ts";

describe("SNS", () => {
  let endpoint: Endpoint;
  let directory: string;
  let messaging: Messaging;
  let client: SNSClient;
  let invoked: { functionArn: string; event: object }[];
  let lines: string[];
  let refused: string | undefined;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "topics-"));
    endpoint = await startEndpoint();
    client = new SNSClient(endpoint.client);
    invoked = [];
    lines = [];
    refused = undefined;
    await start();
  });

  afterEach(async () => {
    client.destroy();
    messaging.stop();
    await endpoint.stop();
    rmSync(directory, { recursive: true });
  });

  async function start() {
    messaging = await createMessaging({
      realm: endpoint.realm,
      directory,
      outbox: join(directory, "mail"),
      invokeFunction: async (functionArn, event) => {
        if (functionArn.endsWith("broken")) throw new Error("the function is throttled");
        invoked.push({ functionArn, event });
      },
      refusal: () => refused,
      log: (line) => lines.push(line),
    });
    endpoint.use(messaging.sqs, messaging.sns);
  }

  const publish = (TopicArn: string, Message: string, more: object = {}) =>
    client.send(new PublishCommand({ TopicArn, Message, ...more }));
  const text = (StringValue: string) => ({ DataType: "String", StringValue });
  async function bodies(queueArn: string): Promise<string[]> {
    const found = await messaging.receive(queueArn, { max: 10 }, new AbortController().signal);
    return found.map(({ Body }) => Body);
  }

  it("delivers to queues, in an envelope or raw", async () => {
    const { arn: topic } = messaging.createTopic("alerts", { DisplayName: "Alerts" }, { team: "data" });
    const wrapped = messaging.createQueue("wrapped");
    const raw = messaging.createQueue("raw");
    messaging.subscribe(topic, "sqs", wrapped.arn);
    messaging.subscribe(topic, "sqs", raw.arn, { RawMessageDelivery: true });
    const { MessageId } = await publish(topic, "disk <full> & more", {
      Subject: "Alert",
      MessageAttributes: { severity: text("high") },
    });
    const [envelope = ""] = await bodies(wrapped.arn);
    expect(JSON.parse(envelope)).toMatchObject({
      Type: "Notification",
      MessageId,
      TopicArn: topic,
      Subject: "Alert",
      Message: "disk <full> & more",
      MessageAttributes: { severity: { Type: "String", Value: "high" } },
    });
    expect(await bodies(raw.arn)).toEqual(["disk <full> & more"]);
    const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceArn: topic }));
    expect(Tags).toEqual([{ Key: "team", Value: "data" }]);
  });

  it.each([
    ["a value", { severity: ["high", "low"] }, { severity: text("high") }, true],
    ["another value", { severity: ["high"] }, { severity: text("low") }, false],
    ["a missing attribute", { severity: ["high"] }, {}, false],
    ["anything but", { severity: [{ "anything-but": ["low"] }] }, { severity: text("high") }, true],
    ["a prefix", { cause: [{ prefix: "out-of-" }] }, { cause: text("out-of-memory") }, true],
    [
      "a number in range",
      { code: [{ numeric: [">=", 100, "<", 200] }] },
      { code: { DataType: "Number", StringValue: "137" } },
      true,
    ],
    [
      "a number out of range",
      { code: [{ numeric: ["<", 100] }] },
      { code: { DataType: "Number", StringValue: "137" } },
      false,
    ],
    [
      "one of an array",
      { tags: ["b"] },
      { tags: { DataType: "String.Array", StringValue: '["a","b"]' } },
      true,
    ],
  ])("filters on attributes: %s", async (_name, FilterPolicy, MessageAttributes, passes) => {
    const { arn: topic } = messaging.createTopic("alerts");
    const queue = messaging.createQueue("queue");
    messaging.subscribe(topic, "sqs", queue.arn, { RawMessageDelivery: true, FilterPolicy });
    await publish(topic, "hello", { MessageAttributes });
    expect(await bodies(queue.arn)).toEqual(passes ? ["hello"] : []);
  });

  it("filters on the body when asked", async () => {
    const { arn: topic } = messaging.createTopic("alerts");
    const queue = messaging.createQueue("queue");
    const FilterPolicy = { detail: { cause: ["oom"] } };
    messaging.subscribe(topic, "sqs", queue.arn, {
      RawMessageDelivery: true,
      FilterPolicy,
      FilterPolicyScope: "MessageBody",
    });
    await publish(topic, '{"detail":{"cause":"spot"}}');
    await publish(topic, '{"detail":{"cause":"oom"}}');
    expect(await bodies(queue.arn)).toEqual(['{"detail":{"cause":"oom"}}']);
  });

  it("puts a complete mail into the outbox for an email subscription, confirmed at once", async () => {
    const { arn: topic } = messaging.createTopic("alerts");
    const subscribed = await client.send(
      new SubscribeCommand({
        TopicArn: topic,
        Protocol: "email",
        Endpoint: "ops@example.com",
        Attributes: { FilterPolicy: '{"severity":["high"]}' },
      }),
    );
    const { Attributes } = await client.send(
      new GetSubscriptionAttributesCommand({ SubscriptionArn: subscribed.SubscriptionArn }),
    );
    expect(Attributes?.PendingConfirmation).toBe("false");
    await publish(topic, "nobody minds", { MessageAttributes: { severity: text("low") } });
    await publish(topic, "Task stopped – memory", {
      Subject: "Fault",
      MessageAttributes: { severity: text("high") },
    });
    const files = readdirSync(join(directory, "mail"));
    expect(files).toHaveLength(1);
    const [head = "", body = ""] = readFileSync(join(directory, "mail", files[0] ?? ""), "utf8").split(
      "\r\n\r\n",
    );
    expect(head).toContain("To: ops@example.com\r\nSubject: Fault\r\n");
    expect(Buffer.from(body, "base64").toString("utf8")).toBe("Task stopped – memory");
    expect(lines.join()).toContain(files[0]);
  });

  it("hands a function its event", async () => {
    const { arn: topic } = messaging.createTopic("alerts");
    const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:on-alert";
    const { arn: subscription } = messaging.subscribe(topic, "lambda", functionArn);
    await publish(topic, JSON.stringify({ default: "for all", lambda: "for functions" }), {
      MessageStructure: "json",
    });
    expect(invoked).toMatchObject([
      {
        functionArn,
        event: {
          Records: [
            {
              EventSource: "aws:sns",
              EventSubscriptionArn: subscription,
              Sns: { Message: "for functions", Subject: null, MessageAttributes: {} },
            },
          ],
        },
      },
    ]);
  });

  it("keeps what could not be delivered in the subscription's dead-letter queue, and says so", async () => {
    const { arn: topic } = messaging.createTopic("alerts");
    const dead = messaging.createQueue("dead");
    messaging.subscribe(topic, "lambda", "arn:aws:lambda:us-east-1:000000000000:function:broken", {
      RedrivePolicy: { deadLetterTargetArn: dead.arn },
    });
    await publish(topic, "hello");
    expect((await bodies(dead.arn)).map((body) => JSON.parse(body).Message)).toEqual(["hello"]);
    expect(lines.join()).toContain("the function is throttled; kept in dead");
  });

  it("does not deliver what a resource policy refuses", async () => {
    const { arn: topic } = messaging.createTopic("alerts");
    const queue = messaging.createQueue("queue");
    messaging.subscribe(topic, "sqs", queue.arn);
    refused = "the queue's policy does not allow sns.amazonaws.com";
    await publish(topic, "hello");
    expect(await bodies(queue.arn)).toEqual([]);
    expect(lines.join()).toContain("lost: the subscription has no dead-letter queue");
  });

  it("keeps topics and subscriptions over a restart, changed ones as changed", async () => {
    const { arn: topic } = messaging.createTopic("alerts", { DisplayName: "before" });
    const queue = messaging.createQueue("queue");
    const { arn: SubscriptionArn } = messaging.subscribe(topic, "sqs", queue.arn);
    await client.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn,
        AttributeName: "FilterPolicy",
        AttributeValue: '{"severity":["high"]}',
      }),
    );
    await client.send(
      new SetTopicAttributesCommand({
        TopicArn: topic,
        AttributeName: "DisplayName",
        AttributeValue: "after",
      }),
    );
    messaging.stop();
    await start();
    const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn: topic }));
    expect(Attributes).toMatchObject({ DisplayName: "after", SubscriptionsConfirmed: "1" });
    await publish(topic, "low", { MessageAttributes: { severity: text("low") } });
    expect(await bodies(queue.arn)).toEqual([]);
    expect(messaging.subscribe(topic, "sqs", queue.arn)).toEqual({ arn: SubscriptionArn });
    await publish(topic, "low", { MessageAttributes: { severity: text("low") } });
    expect(await bodies(queue.arn)).toHaveLength(1);
    const { Subscriptions } = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }));
    expect(Subscriptions).toMatchObject([{ SubscriptionArn, Protocol: "sqs", Endpoint: queue.arn }]);
  });

  it("publishes a batch, each entry judged alone", async () => {
    const { TopicArn = "" } = await client.send(new CreateTopicCommand({ Name: "batch" }));
    const queue = messaging.createQueue("queue");
    messaging.subscribe(TopicArn, "sqs", queue.arn, { RawMessageDelivery: "true" });
    const { Successful, Failed } = await client.send(
      new PublishBatchCommand({
        TopicArn,
        PublishBatchRequestEntries: [
          { Id: "a", Message: "one" },
          { Id: "b", Message: "two", Subject: "two\nlines" },
        ],
      }),
    );
    expect([Successful?.map(({ Id }) => Id), Failed?.map(({ Id }) => Id)]).toEqual([["a"], ["b"]]);
    expect(await bodies(queue.arn)).toEqual(["one"]);
  });

  it("refuses what it cannot deliver or understand", async () => {
    const { arn: TopicArn } = messaging.createTopic("alerts");
    const subscribe = (Protocol: string, Endpoint: string, Attributes?: Record<string, string>) =>
      client.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint, ...(Attributes && { Attributes }) }));
    await expect(subscribe("sms", "+4912345")).rejects.toThrow("Protocol sms is not played");
    await expect(subscribe("https", "https://example.com")).rejects.toThrow("Protocol https is not played");
    await expect(subscribe("sqs", "not-an-arn")).rejects.toThrow("sqs endpoint");
    await expect(subscribe("email", "a@example.com", { FilterPolicy: "{" })).rejects.toThrow(
      "failed to parse JSON",
    );
    await expect(
      subscribe("email", "a@example.com", { FilterPolicy: '{"a":[{"like":"x"}]}' }),
    ).rejects.toThrow("Unrecognized match type like");
    await expect(publish(`${TopicArn}-not`, "x")).rejects.toMatchObject({ name: "NotFoundException" });
    await expect(publish(TopicArn, "x".repeat(262_145))).rejects.toThrow("too long");
    await expect(client.send(new PublishCommand({ PhoneNumber: "+4912345", Message: "x" }))).rejects.toThrow(
      "sns Publish: PhoneNumber is not played",
    );
  });
});
