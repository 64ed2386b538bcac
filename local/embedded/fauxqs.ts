import { readFileSync } from "node:fs";
import type { MessagingDatabase } from "./messaging-database.ts";

/**
 * The one place that knows fauxqs' inside. Its public entries are an HTTP server on every interface and a
 * Fastify app made for it; its queues, topics and actions are plain modules, loaded here by their path because
 * the package exports its root alone. What its own persistence does with some calls loses messages (see
 * messaging-database.ts), so that part is ours.
 */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string | undefined;
  readonly BinaryValue?: string | undefined;
}
export type MessageAttributes = Record<string, MessageAttribute>;

export interface QueueMessage {
  messageId: string;
  body: string;
  md5OfBody: string;
  messageAttributes: MessageAttributes;
  md5OfMessageAttributes: string;
  /** Milliseconds since the epoch. */
  sentTimestamp: number;
  approximateReceiveCount: number;
  approximateFirstReceiveTimestamp?: number | undefined;
  delayUntil?: number | undefined;
  messageGroupId?: string | undefined;
  messageDeduplicationId?: string | undefined;
  sequenceNumber?: string | undefined;
  /** Ours: the queue whose redrive policy moved the message here. */
  deadLetterSourceArn?: string | undefined;
  /** Ours: valid for a delete even after the visibility timeout, until the next receive. */
  lastReceiptHandle?: string | undefined;
}

export interface InFlight {
  readonly message: QueueMessage;
  readonly receiptHandle: string;
  visibilityDeadline: number;
}

export interface ReceivedMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly MD5OfBody: string;
  readonly Body: string;
  Attributes?: Record<string, string>;
  MD5OfMessageAttributes?: string;
  MessageAttributes?: MessageAttributes;
}

export interface Queue {
  readonly name: string;
  readonly arn: string;
  attributes: Record<string, string>;
  tags: Map<string, string>;
  createdTimestamp: number;
  lastModifiedTimestamp: number;
  sequenceCounter: number;
  messages: QueueMessage[];
  delayedMessages: QueueMessage[];
  readonly inflightMessages: Map<string, InFlight>;
  readonly fifoMessages: Map<string, QueueMessage[]>;
  readonly fifoDelayed: Map<string, QueueMessage[]>;
  readonly fifoLockedGroups: Map<string, number>;
  persistence: MessagingDatabase | undefined;
  isFifo(): boolean;
  getAttribute(name: string): string | undefined;
  setAttributes(attributes: Record<string, string>): void;
  enqueue(message: QueueMessage): void;
  dequeue(
    max: number,
    visibilityTimeout: number | undefined,
    deadLetterQueue: (arn: string) => { enqueue(message: QueueMessage): void } | undefined,
  ): ReceivedMessage[];
  deleteMessage(receiptHandle: string): boolean;
  changeVisibility(receiptHandle: string, seconds: number): void;
  processTimers(): void;
  waitForMessages(seconds: number): Promise<void>;
  purge(): void;
  checkDeduplication(id: string): { isDuplicate: boolean };
  recordDeduplication(id: string, messageId: string, sequenceNumber?: string): void;
  nextSequenceNumber(): string;
}

export interface QueueStore {
  persistence: MessagingDatabase | undefined;
  createQueue(
    name: string,
    url: string,
    arn: string,
    attributes?: Record<string, string>,
    tags?: Record<string, string>,
  ): Queue;
  deleteQueue(url: string): boolean;
  getQueue(url: string): Queue | undefined;
  getQueueByName(name: string): Queue | undefined;
  getQueueByArn(arn: string): Queue | undefined;
  allQueues(): Iterable<Queue>;
  shutdown(): void;
}

interface QueueStoreClass {
  new (): QueueStore;
  createMessage(
    body: string,
    attributes?: MessageAttributes,
    delaySeconds?: number,
    groupId?: string,
    deduplicationId?: string,
  ): QueueMessage;
  contentBasedDeduplicationId(body: string): string;
}

export interface Topic {
  readonly arn: string;
  readonly name: string;
  attributes: Record<string, string>;
  tags: Map<string, string>;
  subscriptionArns: string[];
}

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  confirmed: boolean;
  attributes: Record<string, string>;
  parsedFilterPolicy?: Record<string, unknown> | undefined;
}

export interface TopicStore {
  region: string | undefined;
  persistence: MessagingDatabase | undefined;
  readonly topics: Map<string, Topic>;
  readonly subscriptions: Map<string, Subscription>;
  createTopic(
    name: string,
    attributes: Record<string, string> | undefined,
    tags: Record<string, string> | undefined,
    region: string,
  ): Topic;
  deleteTopic(arn: string): boolean;
  getTopic(arn: string): Topic | undefined;
  subscribe(
    topicArn: string,
    protocol: string,
    endpoint: string,
    attributes?: Record<string, string>,
  ): Subscription | undefined;
  unsubscribe(arn: string): boolean;
  getSubscription(arn: string): Subscription | undefined;
}

/** Answers the JSON output of an SQS action. */
export type SqsAction = (input: object, store: QueueStore, request: object) => unknown;
/** Answers the whole XML document of an SNS action. */
export type SnsAction = (
  form: Record<string, string>,
  store: TopicStore,
  queues: QueueStore,
  request: object,
) => string;

/** The actions of fauxqs that we use as they are; the rest are ours (see sqs/ and sns/). */
export const SQS_ACTIONS = [
  "sendMessage",
  "sendMessageBatch",
  "changeMessageVisibility",
  "changeMessageVisibilityBatch",
  "purgeQueue",
  "tagQueue",
  "untagQueue",
  "listQueueTags",
] as const;
export const SNS_ACTIONS = [
  "createTopic",
  "deleteTopic",
  "listTopics",
  "getTopicAttributes",
  "setTopicAttributes",
  "unsubscribe",
  "listSubscriptions",
  "listSubscriptionsByTopic",
  "getSubscriptionAttributes",
  "tagResource",
  "untagResource",
  "listTagsForResource",
] as const;
/** Actions that share a file with another. */
const FILE_OF: Partial<Record<string, string>> = {
  listSubscriptionsByTopic: "listSubscriptions",
  untagResource: "tagResource",
  listTagsForResource: "tagResource",
};

/** An error that an action throws to be shown to its caller. */
export interface FauxqsError extends Error {
  readonly code: string;
  readonly queryCode?: string;
  readonly statusCode: number;
}

export interface Fauxqs {
  readonly SqsStore: QueueStoreClass;
  readonly SnsStore: new () => TopicStore;
  readonly sqs: Readonly<Record<(typeof SQS_ACTIONS)[number], SqsAction>>;
  readonly sns: Readonly<Record<(typeof SNS_ACTIONS)[number], SnsAction>>;
  /** Attribute ranges of a queue. @throws an error of the given class */
  readonly validateQueueAttributes: (
    attributes: Record<string, string>,
    failure: new (code: string, message: string) => Error,
  ) => void;
  readonly calculateMessageSize: (body: string, attributes: MessageAttributes) => number;
  readonly allQueueAttributes: readonly string[];
  readonly settableQueueAttributes: ReadonlySet<string>;
  readonly validateFilterPolicyLimits: (json: string) => void;
  readonly matchesFilterPolicy: (policy: Record<string, unknown>, attributes: MessageAttributes) => boolean;
  readonly matchesFilterPolicyOnBody: (policy: Record<string, unknown>, body: string) => boolean;
}

/** @throws Error naming the installed version and what it lacks */
export async function loadFauxqs(): Promise<Fauxqs> {
  const root = import.meta.resolve("fauxqs");
  const load = (path: string): Promise<Record<string, unknown>> => import(new URL(path, root).href);
  const actions = async (folder: string, names: readonly string[]) => {
    const entries = names.map(async (name) => {
      const module = await load(`${folder}/actions/${FILE_OF[name] ?? name}.js`);
      return [name, module[name]] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  };
  try {
    const [queues, topics, types, filter, sqs, sns] = await Promise.all([
      load("sqs/sqsStore.js"),
      load("sns/snsStore.js"),
      load("sqs/sqsTypes.js"),
      load("sns/filter.js"),
      actions("sqs", SQS_ACTIONS),
      actions("sns", SNS_ACTIONS),
    ]);
    const parts = {
      SqsStore: queues.SqsStore,
      SnsStore: topics.SnsStore,
      sqs,
      sns,
      validateQueueAttributes: types.validateQueueAttributes,
      calculateMessageSize: types.calculateMessageSize,
      invalidBodyCharacter: types.INVALID_MESSAGE_BODY_CHAR,
      allQueueAttributes: types.ALL_ATTRIBUTE_NAMES,
      settableQueueAttributes: types.SETTABLE_ATTRIBUTES,
      validateFilterPolicyLimits: filter.validateFilterPolicyLimits,
      matchesFilterPolicy: filter.matchesFilterPolicy,
      matchesFilterPolicyOnBody: filter.matchesFilterPolicyOnBody,
    };
    const missing = Object.entries({ ...parts, ...sqs, ...sns })
      .filter(([, part]) => part === undefined)
      .map(([name]) => name);
    if (missing.length > 0) throw new Error(`no ${missing.join(", ")}`);
    allowAllPlanes(types.INVALID_MESSAGE_BODY_CHAR as RegExp);
    return parts as unknown as Fauxqs;
  } catch (cause) {
    const { version } = JSON.parse(readFileSync(new URL("../package.json", root), "utf8"));
    throw new Error(`fauxqs ${version} is not as local/embedded expects it, which was written for 2.4`, {
      cause,
    });
  }
}

/**
 * What SQS refuses in a message. Source: SQS API reference, SendMessage: #x9, #xA, #xD, #x20 to #xD7FF,
 * #xE000 to #xFFFD and #x10000 to #x10FFFF are allowed.
 */
const REFUSED_CHARACTER = /[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** The expression of fauxqs sees the halves of a pair, so that it refuses every emoji; its actions share the object. */
function allowAllPlanes(expression: RegExp): void {
  expression.test = (text) => REFUSED_CHARACTER.test(text);
}
