import { join } from "node:path";
import { AwsError } from "../wire/aws-error.ts";
import { arn, type Realm } from "../wire/realm.ts";
import type { GatewayService } from "../wire/service.ts";
import { loadFauxqs, type MessageAttributes, type Queue, type ReceivedMessage } from "./fauxqs.ts";
import { openMessagingDatabase } from "./messaging-database.ts";
import type { Delivery, DeliveryOptions } from "./sns/delivery.ts";
import { type PublishOptions, publish } from "./sns/publish.ts";
import { snsService } from "./sns/service.ts";
import { ensureSubscription, ensureTopic, type Topics, topicByArn } from "./sns/topics.ts";
import { backlogOf, dropExpired, type QueueBacklog } from "./sqs/backlog.ts";
import { createMoveTasks, sourcesOf } from "./sqs/message-move.ts";
import {
  ensureQueue,
  type QueueName,
  type Queues,
  queueByArn,
  queueUrl,
  setQueuePolicy,
} from "./sqs/queues.ts";
import { deleteByHandle, type ReceiveOptions, receiveMessages } from "./sqs/receive.ts";
import { asAwsError, sqsService } from "./sqs/service.ts";

export type { MessageAttributes, ReceivedMessage } from "./fauxqs.ts";
export type { Delivery } from "./sns/delivery.ts";
export type { PublishOptions } from "./sns/publish.ts";
export type { QueueBacklog } from "./sqs/backlog.ts";
export type { QueueName } from "./sqs/queues.ts";
export type { ReceiveOptions } from "./sqs/receive.ts";

export interface MessagingOptions {
  readonly realm: Realm;
  /** Where queues, messages, topics and subscriptions are kept; made when missing. */
  readonly directory: string;
  /** Folder for the mails of email subscriptions; `outbox` inside `directory` when left out. */
  readonly outbox?: string;
  /** Hands an event to a subscribed function; resolves once the invocation is accepted. */
  readonly invokeFunction?: (functionArn: string, event: object) => Promise<void>;
  /** Why the target's resource policy refuses a topic's delivery; undefined when it allows it. */
  readonly refusal?: DeliveryOptions["refusal"];
  /** Told of each delivery of a topic, made or failed. */
  readonly onDelivery?: (delivery: Delivery) => void;
  /** Told of messages that a receiver was just given. */
  readonly onReceived?: (queueArn: string, messages: readonly ReceivedMessage[]) => void;
  readonly log?: (line: string) => void;
}

/** Attributes as a template has them: objects and numbers become the text that the API takes. */
export type TemplateAttributes = Readonly<Record<string, unknown>>;
type Tags = Readonly<Record<string, string>>;

export interface SendOptions {
  readonly messageAttributes?: MessageAttributes | undefined;
  readonly groupId?: string | undefined;
  readonly dedupId?: string | undefined;
  readonly delaySeconds?: number | undefined;
}

export interface Messaging {
  readonly sqs: GatewayService;
  readonly sns: GatewayService;
  /** Makes a queue, or gives an existing one exactly these attributes and tags; its messages stay. */
  createQueue(name: string, attributes?: TemplateAttributes, tags?: Tags): QueueName;
  /** Deletes a queue and its messages; nothing when there is none. */
  deleteQueue(queueArn: string): void;
  /** @param policy JSON text; empty for none. @throws AwsError QueueDoesNotExist */
  setQueuePolicy(url: string, policy: string): void;
  createTopic(name: string, attributes?: TemplateAttributes, tags?: Tags): { readonly arn: string };
  /** Deletes a topic and its subscriptions; nothing when there is none. */
  deleteTopic(topicArn: string): void;
  /** @param policy JSON text. @throws AwsError NotFound */
  setTopicPolicy(topicArn: string, policy: string | undefined): void;
  subscribe(
    topicArn: string,
    protocol: string,
    endpoint: string,
    attributes?: TemplateAttributes,
  ): { readonly arn: string };
  /** Nothing when there is no such subscription. */
  unsubscribe(subscriptionArn: string): void;
  /** @throws AwsError as SendMessage does */
  sendMessage(queueArn: string, body: string, options?: SendOptions): { readonly messageId: string };
  /** Long polls as ReceiveMessage does, and takes nothing once `signal` is aborted. */
  receive(queueArn: string, options: ReceiveOptions, signal: AbortSignal): Promise<ReceivedMessage[]>;
  delete(queueArn: string, receiptHandles: readonly string[]): void;
  changeVisibility(queueArn: string, receiptHandle: string, seconds: number): void;
  publish(topicArn: string, options: PublishOptions): Promise<{ readonly messageId: string }>;
  /** Every attribute of a queue, `Policy` included. */
  attributes(queueArn: string): Readonly<Record<string, string>>;
  backlog(queueArn: string): QueueBacklog;
  queues(): readonly QueueName[];
  /** A queue's resource policy as JSON text. */
  queuePolicy(queueArn: string): string | undefined;
  /** Queues whose redrive policy names a dead-letter queue. */
  sourceQueueArns(deadLetterArn: string): readonly string[];
  /** A topic's resource policy as JSON text. */
  topicPolicy(topicArn: string): string | undefined;
  /** Drops messages past their retention period; also done every half minute. @returns how many */
  dropExpired(nowMs?: number): number;
  stop(): void;
}

const RETENTION_SWEEP_MS = 30_000;

/** SQS and SNS by fauxqs, inside this process and on no port of its own. */
export async function createMessaging(options: MessagingOptions): Promise<Messaging> {
  const { realm, directory, log = () => {} } = options;
  const fauxqs = await loadFauxqs();
  const database = openMessagingDatabase(directory);
  const queueStore = new fauxqs.SqsStore();
  const topicStore = new fauxqs.SnsStore();
  topicStore.region = realm.region;
  // fauxqs reads a region out of the host of a queue URL; here a URL of any host names the queue of its last part.
  queueStore.getQueue = (url) => queueStore.getQueueByName(url.slice(url.lastIndexOf("/") + 1));
  database.load(queueStore, topicStore, (name) => queueUrl(realm, name));
  queueStore.persistence = database;
  topicStore.persistence = database;
  for (const queue of queueStore.allQueues()) queue.persistence = database;

  const stopping = new AbortController();
  const queues: Queues = {
    ...{ realm, fauxqs, store: queueStore, database },
    stopping: stopping.signal,
    onReceived: options.onReceived,
  };
  const topics: Topics = { realm, fauxqs, store: topicStore, queues: queueStore, database };
  const moveTasks = createMoveTasks(queues);
  const delivery: DeliveryOptions = {
    outbox: options.outbox ?? join(directory, "outbox"),
    invokeFunction: options.invokeFunction,
    refusal: options.refusal,
    onDelivery: options.onDelivery,
    log,
  };
  const drop = (nowMs: number) => {
    let count = 0;
    for (const queue of queueStore.allQueues()) count += dropExpired(queues, queue, nowMs);
    return count;
  };
  const sweep = setInterval(() => drop(Date.now()), RETENTION_SWEEP_MS);

  const find = (queueArn: string): Queue => queueByArn(queues, queueArn);
  const send = (queue: Queue, body: string, { groupId, dedupId, ...more }: SendOptions) =>
    database.transaction(() => {
      try {
        const input = {
          QueueUrl: queueUrl(realm, queue.name),
          MessageBody: body,
          MessageAttributes: more.messageAttributes,
          DelaySeconds: more.delaySeconds,
          MessageGroupId: groupId,
          MessageDeduplicationId: dedupId,
        };
        return fauxqs.sqs.sendMessage(input, queueStore, {}) as { MessageId: string };
      } catch (error) {
        throw asAwsError(error);
      }
    });

  return {
    sqs: sqsService({ queues, moveTasks }),
    sns: snsService({ topics, delivery }),
    createQueue: (name, attributes = {}, tags = {}) => ensureQueue(queues, name, asText(attributes), tags),
    deleteQueue(queueArn) {
      const queue = queueStore.getQueueByArn(queueArn);
      if (queue) database.transaction(() => queueStore.deleteQueue(queueUrl(realm, queue.name)));
    },
    setQueuePolicy: (url, policy) => setQueuePolicy(queues, url, policy),
    createTopic: (name, attributes = {}, tags = {}) => ({
      arn: ensureTopic(topics, name, asText(attributes), tags).arn,
    }),
    deleteTopic: (topicArn) => void database.transaction(() => topicStore.deleteTopic(topicArn)),
    setTopicPolicy(topicArn, policy) {
      const topic = topicByArn(topics, topicArn);
      const { Policy: _before, ...rest } = topic.attributes;
      topic.attributes = policy === undefined ? rest : { ...rest, Policy: policy };
      database.updateTopicAttributes(topicArn, topic.attributes);
    },
    subscribe: (topicArn, protocol, endpoint, attributes = {}) => ({
      arn: ensureSubscription(topics, topicArn, protocol, endpoint, asText(attributes)).arn,
    }),
    unsubscribe: (subscriptionArn) =>
      void database.transaction(() => topicStore.unsubscribe(subscriptionArn)),
    sendMessage: (queueArn, body, sendOptions = {}) => ({
      messageId: send(find(queueArn), body, sendOptions).MessageId,
    }),
    receive: async (queueArn, receiveOptions, signal) =>
      receiveMessages(queues, find(queueArn), receiveOptions, signal),
    delete(queueArn, receiptHandles) {
      const queue = find(queueArn);
      database.transaction(() => {
        for (const receiptHandle of receiptHandles) deleteByHandle(queues, queue, receiptHandle);
      });
    },
    changeVisibility(queueArn, receiptHandle, seconds) {
      const queue = find(queueArn);
      if (!queue.inflightMessages.has(receiptHandle)) {
        throw new AwsError(
          "MessageNotInflight",
          `No message is in flight with this receipt handle (${queueArn})`,
        );
      }
      queue.changeVisibility(receiptHandle, seconds);
    },
    publish: (topicArn, publishOptions) => publish(topics, delivery, topicArn, publishOptions),
    attributes(queueArn) {
      const queue = find(queueArn);
      queue.processTimers();
      const values = fauxqs.allQueueAttributes.map((name) => [name, queue.getAttribute(name)] as const);
      return Object.fromEntries(values.filter((entry): entry is [string, string] => entry[1] !== undefined));
    },
    backlog: (queueArn) => backlogOf(find(queueArn)),
    queues: () =>
      [...queueStore.allQueues()].map(({ name }) => ({
        name,
        url: queueUrl(realm, name),
        arn: arn(realm, "sqs", name),
      })),
    queuePolicy: (queueArn) => queueStore.getQueueByArn(queueArn)?.attributes.Policy,
    sourceQueueArns: (deadLetterArn) => sourcesOf(queues, deadLetterArn).map((queue) => queue.arn),
    topicPolicy: (topicArn) => topicStore.getTopic(topicArn)?.attributes.Policy,
    dropExpired: (nowMs = Date.now()) => drop(nowMs),
    stop() {
      clearInterval(sweep);
      stopping.abort();
      moveTasks.stop();
      queueStore.shutdown();
      database.close();
    },
  };
}

function asText(attributes: TemplateAttributes): Record<string, string> {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(
    given.map(([name, value]) => [name, typeof value === "object" ? JSON.stringify(value) : String(value)]),
  );
}
