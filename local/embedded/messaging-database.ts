import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { atomically } from "../database.ts";
import type { Queue, QueueMessage, QueueStore, Subscription, Topic, TopicStore } from "./fauxqs.ts";

const SCHEMA = `
CREATE TABLE IF NOT EXISTS sqs_queues (
  name TEXT PRIMARY KEY, arn TEXT NOT NULL, attributes TEXT NOT NULL, tags TEXT NOT NULL,
  created INTEGER NOT NULL, modified INTEGER NOT NULL, sequence INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS sqs_messages (
  position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, queue TEXT NOT NULL, message TEXT NOT NULL,
  receives INTEGER NOT NULL, first_receive INTEGER, receipt_handle TEXT, visible_at INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS sqs_messages_by_queue ON sqs_messages (queue);
CREATE TABLE IF NOT EXISTS sns_topics (
  arn TEXT PRIMARY KEY, name TEXT NOT NULL, attributes TEXT NOT NULL, tags TEXT NOT NULL, subscriptions TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS sns_subscriptions (
  arn TEXT PRIMARY KEY, topic TEXT NOT NULL, protocol TEXT NOT NULL, endpoint TEXT NOT NULL,
  confirmed INTEGER NOT NULL, attributes TEXT NOT NULL
) STRICT;
`;

/**
 * What fauxqs' stores write through, on every change, so that a killed run loses nothing.
 * fauxqs brings such a class; ours stands in because in 2.4.1 TagQueue replaces the queue's row and thereby drops
 * its stored messages, making a message visible again violates its schema, and queue URLs keep an old port.
 */
export interface MessagingDatabase {
  insertQueue(queue: Queue): void;
  deleteQueue(name: string): void;
  updateQueueAttributes(name: string, attributes: Record<string, string>, modified: number): void;
  updateQueueSequenceCounter(name: string, counter: number): void;
  insertMessage(queueName: string, message: QueueMessage): void;
  deleteMessage(id: string): void;
  updateMessageInflight(
    id: string,
    receiptHandle: string,
    visibleAt: number,
    receives: number,
    firstReceive: number | undefined,
  ): void;
  updateMessageReady(id: string): void;
  deleteQueueMessages(queueName: string): void;
  insertTopic(topic: Topic): void;
  deleteTopic(arn: string): void;
  updateTopicAttributes(arn: string, attributes: Record<string, string>): void;
  updateTopicSubscriptionArns(arn: string, subscriptionArns: string[]): void;
  insertSubscription(subscription: Subscription): void;
  deleteSubscription(arn: string): void;
  updateSubscriptionAttributes(arn: string, attributes: Record<string, string>): void;
  /** Runs `change` in one transaction: all of what it writes is kept, or nothing. */
  transaction<Result>(change: () => Result): Result;
  /** Fills empty stores; to be called before they write through. */
  load(queues: QueueStore, topics: TopicStore, urlOf: (queueName: string) => string): void;
  close(): void;
}

export function openMessagingDatabase(directory: string): MessagingDatabase {
  mkdirSync(directory, { recursive: true });
  const database = new DatabaseSync(join(directory, "messaging.db"));
  // NORMAL: a killed process loses nothing, a machine that loses power at most the last moment.
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${SCHEMA}`);
  const sql = (text: string) => database.prepare(text);
  const upsertQueue = sql(
    `INSERT INTO sqs_queues VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET
     attributes = excluded.attributes, tags = excluded.tags, modified = excluded.modified`,
  );
  const deleteQueue = sql("DELETE FROM sqs_queues WHERE name = ?");
  const updateAttributes = sql("UPDATE sqs_queues SET attributes = ?, modified = ? WHERE name = ?");
  const updateSequence = sql("UPDATE sqs_queues SET sequence = ? WHERE name = ?");
  const insertMessage = sql(
    "INSERT INTO sqs_messages (id, queue, message, receives, first_receive) VALUES (?, ?, ?, ?, ?)",
  );
  const deleteMessage = sql("DELETE FROM sqs_messages WHERE id = ?");
  const setInFlight = sql(
    "UPDATE sqs_messages SET receipt_handle = ?, visible_at = ?, receives = ?, first_receive = ? WHERE id = ?",
  );
  const setReady = sql("UPDATE sqs_messages SET visible_at = NULL WHERE id = ?");
  const deleteMessages = sql("DELETE FROM sqs_messages WHERE queue = ?");
  const upsertTopic = sql("INSERT OR REPLACE INTO sns_topics VALUES (?, ?, ?, ?, ?)");
  const deleteTopic = sql("DELETE FROM sns_topics WHERE arn = ?");
  const updateTopic = sql("UPDATE sns_topics SET attributes = ? WHERE arn = ?");
  const updateSubscribers = sql("UPDATE sns_topics SET subscriptions = ? WHERE arn = ?");
  const upsertSubscription = sql("INSERT OR REPLACE INTO sns_subscriptions VALUES (?, ?, ?, ?, ?, ?)");
  const deleteSubscription = sql("DELETE FROM sns_subscriptions WHERE arn = ?");
  const updateSubscription = sql("UPDATE sns_subscriptions SET attributes = ? WHERE arn = ?");
  const json = JSON.stringify;
  const tagsOf = (tags: Map<string, string>) => json(Object.fromEntries(tags));

  return {
    insertQueue: (queue) =>
      void upsertQueue.run(
        queue.name,
        queue.arn,
        json(queue.attributes),
        tagsOf(queue.tags),
        queue.createdTimestamp,
        queue.lastModifiedTimestamp,
        queue.sequenceCounter,
      ),
    deleteQueue(name) {
      deleteMessages.run(name);
      deleteQueue.run(name);
    },
    updateQueueAttributes: (name, attributes, modified) =>
      void updateAttributes.run(json(attributes), modified, name),
    updateQueueSequenceCounter: (name, counter) => void updateSequence.run(counter, name),
    insertMessage: (queueName, message) =>
      void insertMessage.run(
        message.messageId,
        queueName,
        json(message),
        message.approximateReceiveCount,
        message.approximateFirstReceiveTimestamp ?? null,
      ),
    deleteMessage: (id) => void deleteMessage.run(id),
    updateMessageInflight: (id, receiptHandle, visibleAt, receives, firstReceive) =>
      void setInFlight.run(receiptHandle, visibleAt, receives, firstReceive ?? null, id),
    updateMessageReady: (id) => void setReady.run(id),
    deleteQueueMessages: (queueName) => void deleteMessages.run(queueName),
    insertTopic: (topic) =>
      void upsertTopic.run(
        topic.arn,
        topic.name,
        json(topic.attributes),
        tagsOf(topic.tags),
        json(topic.subscriptionArns),
      ),
    deleteTopic: (arn) => void deleteTopic.run(arn),
    updateTopicAttributes: (arn, attributes) => void updateTopic.run(json(attributes), arn),
    updateTopicSubscriptionArns: (arn, subscriptionArns) =>
      void updateSubscribers.run(json(subscriptionArns), arn),
    insertSubscription: (subscription) =>
      void upsertSubscription.run(
        subscription.arn,
        subscription.topicArn,
        subscription.protocol,
        subscription.endpoint,
        subscription.confirmed ? 1 : 0,
        json(subscription.attributes),
      ),
    deleteSubscription: (arn) => void deleteSubscription.run(arn),
    updateSubscriptionAttributes: (arn, attributes) => void updateSubscription.run(json(attributes), arn),
    transaction: (change) => atomically(database, change),
    load(queues, topics, urlOf) {
      for (const row of sql("SELECT * FROM sqs_queues").all() as unknown as QueueRow[]) {
        const queue = queues.createQueue(
          row.name,
          urlOf(row.name),
          row.arn,
          JSON.parse(row.attributes),
          JSON.parse(row.tags),
        );
        queue.createdTimestamp = row.created;
        queue.lastModifiedTimestamp = row.modified;
        queue.sequenceCounter = row.sequence;
        const messages = sql("SELECT * FROM sqs_messages WHERE queue = ? ORDER BY position").all(row.name);
        for (const message of messages as unknown as MessageRow[]) restoreMessage(queue, message);
      }
      for (const row of sql("SELECT * FROM sns_topics").all() as unknown as TopicRow[]) {
        topics.topics.set(row.arn, {
          arn: row.arn,
          name: row.name,
          attributes: JSON.parse(row.attributes),
          tags: new Map(Object.entries(JSON.parse(row.tags))),
          subscriptionArns: JSON.parse(row.subscriptions),
        });
      }
      for (const row of sql("SELECT * FROM sns_subscriptions").all() as unknown as SubscriptionRow[]) {
        topics.subscriptions.set(row.arn, {
          arn: row.arn,
          topicArn: row.topic,
          protocol: row.protocol,
          endpoint: row.endpoint,
          confirmed: row.confirmed === 1,
          attributes: JSON.parse(row.attributes),
        });
      }
    },
    close: () => database.close(),
  };
}

interface QueueRow {
  name: string;
  arn: string;
  attributes: string;
  tags: string;
  created: number;
  modified: number;
  sequence: number;
}
interface MessageRow {
  message: string;
  receives: number;
  first_receive: number | null;
  receipt_handle: string | null;
  visible_at: number | null;
}
interface TopicRow {
  arn: string;
  name: string;
  attributes: string;
  tags: string;
  subscriptions: string;
}
interface SubscriptionRow {
  arn: string;
  topic: string;
  protocol: string;
  endpoint: string;
  confirmed: number;
  attributes: string;
}

/** Puts a stored message where it belongs by now: ready, delayed, or still with a receiver. */
function restoreMessage(queue: Queue, row: MessageRow): void {
  const message: QueueMessage = {
    ...JSON.parse(row.message),
    approximateReceiveCount: row.receives,
    approximateFirstReceiveTimestamp: row.first_receive ?? undefined,
    lastReceiptHandle: row.receipt_handle ?? undefined,
  };
  const group = message.messageGroupId ?? "__default";
  const now = Date.now();
  if (row.receipt_handle !== null && row.visible_at !== null && row.visible_at > now) {
    const { receipt_handle: receiptHandle, visible_at: visibilityDeadline } = row;
    queue.inflightMessages.set(receiptHandle, { message, receiptHandle, visibilityDeadline });
    if (queue.isFifo()) queue.fifoLockedGroups.set(group, (queue.fifoLockedGroups.get(group) ?? 0) + 1);
    return;
  }
  const delayed = message.delayUntil !== undefined && message.delayUntil > now;
  if (queue.isFifo()) {
    const groups = delayed ? queue.fifoDelayed : queue.fifoMessages;
    const messages = groups.get(group) ?? [];
    messages.push(message);
    groups.set(group, messages);
  } else {
    (delayed ? queue.delayedMessages : queue.messages).push(message);
  }
}
