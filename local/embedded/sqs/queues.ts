import { AwsError } from "../../wire/aws-error.ts";
import { arn, type Realm } from "../../wire/realm.ts";
import type { Fauxqs, Queue, QueueStore, ReceivedMessage } from "../fauxqs.ts";
import type { MessagingDatabase } from "../messaging-database.ts";
import { checkQueueAttributes, DEFAULT_ATTRIBUTES, type QueueAttributes } from "./queue-attributes.ts";

/** What every SQS operation works on. */
export interface Queues {
  readonly realm: Realm;
  readonly fauxqs: Fauxqs;
  readonly store: QueueStore;
  readonly database: MessagingDatabase;
  /** Aborted when the runtime stops: long polls end and nothing more is taken. */
  readonly stopping: AbortSignal;
  /** Told of messages that a receiver was just given. */
  readonly onReceived?: ((queueArn: string, messages: readonly ReceivedMessage[]) => void) | undefined;
}

export interface QueueName {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
}

const NAME = /^[A-Za-z0-9_-]{1,80}$|^[A-Za-z0-9_-]{1,75}\.fifo$/;

/** Made from the endpoint of this run, so that a restart on another port needs no rewriting. */
export function queueUrl(realm: Realm, name: string): string {
  return `${realm.endpoint}/${realm.accountId}/${name}`;
}

/** Finds a queue by its URL, whatever host, port or scheme the URL has. @throws AwsError QueueDoesNotExist */
export function queueByUrl({ store }: Queues, url: string): Queue {
  const queue = store.getQueueByName(url.slice(url.lastIndexOf("/") + 1));
  if (!queue) throw noSuchQueue();
  return queue;
}

/** @throws AwsError QueueDoesNotExist */
export function queueByArn({ store }: Queues, queueArn: string): Queue {
  const queue = store.getQueueByArn(queueArn);
  if (!queue) throw noSuchQueue(` (${queueArn})`);
  return queue;
}

export function noSuchQueue(detail = ""): AwsError {
  return new AwsError("QueueDoesNotExist", `The specified queue does not exist.${detail}`);
}

/** CreateQueue: the same name with the same attributes answers the queue that is there. */
export function createQueue(
  queues: Queues,
  name: string,
  attributes: QueueAttributes,
  tags: Readonly<Record<string, string>>,
): QueueName {
  const existing = queues.store.getQueueByName(name);
  if (!existing) return makeQueue(queues, name, attributes, tags);
  const given = withFifo(name, attributes);
  const other = Object.entries(given).find(([key, value]) => (existing.getAttribute(key) ?? "") !== value);
  if (other) {
    throw new AwsError(
      "QueueNameExists",
      `A queue already exists with the same name and a different value for attribute ${other[0]}`,
    );
  }
  return named(queues, name);
}

/** Makes a template's queue, or gives an existing one exactly these attributes and tags. */
export function ensureQueue(
  queues: Queues,
  name: string,
  attributes: QueueAttributes,
  tags: Readonly<Record<string, string>>,
): QueueName {
  const existing = queues.store.getQueueByName(name);
  if (!existing) return makeQueue(queues, name, attributes, tags);
  const given = withFifo(name, attributes);
  const { arn: queueArn } = named(queues, name);
  checkQueueAttributes(queues.fauxqs, queues.store, { arn: queueArn, fifo: existing.isFifo() }, given);
  // The policy is another resource's (AWS::SQS::QueuePolicy), which sets it again or takes it away itself.
  const { Policy } = existing.attributes;
  existing.attributes = { ...DEFAULT_ATTRIBUTES, ...(Policy !== undefined && { Policy }), ...given };
  existing.tags = new Map(Object.entries(tags));
  queues.database.insertQueue(existing);
  return named(queues, name);
}

/** What AWS::SQS::QueuePolicy does. @param policy JSON text; empty for none */
export function setQueuePolicy(queues: Queues, url: string, policy: string): void {
  const queue = queueByUrl(queues, url);
  const target = { arn: queue.arn, fifo: queue.isFifo() };
  checkQueueAttributes(queues.fauxqs, queues.store, target, { Policy: policy });
  if (policy === "") delete queue.attributes.Policy;
  queue.setAttributes(policy === "" ? {} : { Policy: policy });
}

function makeQueue(
  queues: Queues,
  name: string,
  attributes: QueueAttributes,
  tags: Readonly<Record<string, string>>,
): QueueName {
  if (!NAME.test(name)) {
    throw new AwsError(
      "InvalidParameterValue",
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length, .fifo included",
    );
  }
  const made = named(queues, name);
  const given = withFifo(name, attributes);
  checkQueueAttributes(queues.fauxqs, queues.store, { arn: made.arn, fifo: name.endsWith(".fifo") }, given);
  queues.store.createQueue(name, made.url, made.arn, { ...given }, { ...tags });
  return made;
}

function named({ realm }: Queues, name: string): QueueName {
  return { name, url: queueUrl(realm, name), arn: arn(realm, "sqs", name) };
}

function withFifo(name: string, attributes: QueueAttributes): QueueAttributes {
  const fifo = name.endsWith(".fifo");
  if ((attributes.FifoQueue === "true") !== fifo) {
    throw new AwsError(
      "InvalidParameterValue",
      "The name of a FIFO queue ends with .fifo, and FifoQueue is true for it alone",
    );
  }
  const { FifoQueue: _fifo, ...rest } = attributes;
  return fifo ? { ContentBasedDeduplication: "false", ...rest, FifoQueue: "true" } : rest;
}
