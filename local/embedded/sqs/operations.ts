import { z } from "zod";
import { AwsError } from "../../wire/aws-error.ts";
import { type Operation, operation } from "../../wire/operation.ts";
import { tagKey } from "../../wire/tag-key.ts";
import type { Fauxqs } from "../fauxqs.ts";
import { type MoveTask, type MoveTasks, sourcesOf } from "./message-move.ts";
import { checkQueueAttributes } from "./queue-attributes.ts";
import { createQueue, noSuchQueue, type Queues, queueByUrl, queueUrl } from "./queues.ts";
import { deleteByHandle, receiveMessages } from "./receive.ts";

export interface Sqs {
  readonly queues: Queues;
  readonly moveTasks: MoveTasks;
}

const define = operation<Sqs>();
const text = z.string();
const texts = z.array(z.string());
const textMap = z.record(z.string(), z.string());
const tagMap = z.record(tagKey, z.string().max(256));
const ofQueue = z.strictObject({ QueueUrl: text });
const page = { MaxResults: z.number().int().min(1).max(1_000).optional(), NextToken: text.optional() };

const messageAttribute = z.strictObject({
  DataType: z.string().regex(/^(String|Number|Binary)(\..+)?$/, "must be String, Number or Binary"),
  StringValue: text.optional(),
  BinaryValue: text.optional(),
});
const outgoing = z.strictObject({
  MessageBody: text,
  DelaySeconds: z.number().int().min(0).max(900).optional(),
  MessageAttributes: z.record(z.string(), messageAttribute).optional(),
  MessageDeduplicationId: text.optional(),
  MessageGroupId: text.optional(),
});
const batchOf = <Entry extends z.ZodType>(entry: Entry) => ofQueue.extend({ Entries: z.array(entry) });

/** Passes a call on to fauxqs' own action, in one transaction. */
function passOn(action: keyof Fauxqs["sqs"], schema: z.ZodType): Operation<Sqs> {
  return define(schema, ({ queues }, input) => {
    queueByUrl(queues, (input as { QueueUrl: string }).QueueUrl);
    return queues.database.transaction(() => queues.fauxqs.sqs[action](input as object, queues.store, {}));
  });
}

/** SQS' operations by name. */
export const sqsOperations: Readonly<Record<string, Operation<Sqs>>> = {
  CreateQueue: define(
    z.strictObject({ QueueName: text, Attributes: textMap.optional(), tags: tagMap.optional() }),
    ({ queues }, { QueueName, Attributes = {}, tags = {} }) => ({
      QueueUrl: createQueue(queues, QueueName, Attributes, tags).url,
    }),
  ),

  DeleteQueue: define(ofQueue, ({ queues }, { QueueUrl }) => {
    const queue = queueByUrl(queues, QueueUrl);
    queues.database.transaction(() => queues.store.deleteQueue(queueUrl(queues.realm, queue.name)));
    return {};
  }),

  GetQueueUrl: define(
    z.strictObject({ QueueName: text, QueueOwnerAWSAccountId: text.optional() }),
    ({ queues }, { QueueName, QueueOwnerAWSAccountId: owner = queues.realm.accountId }) => {
      if (owner !== queues.realm.accountId || !queues.store.getQueueByName(QueueName)) throw noSuchQueue();
      return { QueueUrl: queueUrl(queues.realm, QueueName) };
    },
  ),

  ListQueues: define(
    z.strictObject({ QueueNamePrefix: text.optional(), ...page }),
    ({ queues }, { QueueNamePrefix: prefix = "", MaxResults = 1_000, NextToken = "" }) => {
      const names = [...queues.store.allQueues()]
        .map(({ name }) => name)
        .filter((name) => name.startsWith(prefix));
      const { items, next } = pageOf(names.sort(), (name) => name, MaxResults, NextToken);
      return {
        QueueUrls: items.map((name) => queueUrl(queues.realm, name)),
        ...(next && { NextToken: next }),
      };
    },
  ),

  ListDeadLetterSourceQueues: define(
    ofQueue.extend(page),
    ({ queues }, { QueueUrl, MaxResults = 1_000, NextToken = "" }) => {
      const names = sourcesOf(queues, queueByUrl(queues, QueueUrl).arn).map(({ name }) => name);
      const { items, next } = pageOf(names.sort(), (name) => name, MaxResults, NextToken);
      return {
        queueUrls: items.map((name) => queueUrl(queues.realm, name)),
        ...(next && { NextToken: next }),
      };
    },
  ),

  GetQueueAttributes: define(
    ofQueue.extend({ AttributeNames: texts.optional() }),
    ({ queues }, { QueueUrl, AttributeNames = [] }) => {
      const queue = queueByUrl(queues, QueueUrl);
      queue.processTimers();
      const all = queues.fauxqs.allQueueAttributes;
      const unknown = AttributeNames.find((name) => name !== "All" && !all.includes(name));
      if (unknown) throw new AwsError("InvalidAttributeName", `Unknown Attribute ${unknown}.`);
      const names = AttributeNames.includes("All") ? all : AttributeNames;
      const values = names.map((name) => [name, queue.getAttribute(name)] as const);
      return { Attributes: Object.fromEntries(values.filter(([, value]) => value !== undefined)) };
    },
  ),

  SetQueueAttributes: define(
    ofQueue.extend({ Attributes: textMap }),
    ({ queues }, { QueueUrl, Attributes }) => {
      const queue = queueByUrl(queues, QueueUrl);
      checkQueueAttributes(queues.fauxqs, queues.store, { arn: queue.arn, fifo: queue.isFifo() }, Attributes);
      if ("FifoQueue" in Attributes && Attributes.FifoQueue !== String(queue.isFifo())) {
        throw new AwsError("InvalidAttributeValue", "FifoQueue of an existing queue cannot be changed.");
      }
      queue.setAttributes(Attributes);
      return {};
    },
  ),

  ReceiveMessage: define(
    ofQueue.extend({
      MaxNumberOfMessages: z.number().int().min(1).max(10).optional(),
      VisibilityTimeout: z.number().int().min(0).max(43_200).optional(),
      WaitTimeSeconds: z.number().int().min(0).max(20).optional(),
      MessageAttributeNames: texts.optional(),
      AttributeNames: texts.optional(),
      MessageSystemAttributeNames: texts.optional(),
      // It lets a FIFO receive be repeated after a lost answer; here the messages come back after their timeout.
      ReceiveRequestAttemptId: text.optional(),
    }),
    async ({ queues }, input, { signal }) => {
      const messages = await receiveMessages(
        queues,
        queueByUrl(queues, input.QueueUrl),
        {
          max: input.MaxNumberOfMessages,
          visibilityTimeout: input.VisibilityTimeout,
          waitSeconds: input.WaitTimeSeconds,
          messageAttributeNames: input.MessageAttributeNames,
          systemAttributeNames: [
            ...(input.AttributeNames ?? []),
            ...(input.MessageSystemAttributeNames ?? []),
          ],
        },
        signal,
      );
      return messages.length > 0 ? { Messages: messages } : {};
    },
  ),

  DeleteMessage: define(
    ofQueue.extend({ ReceiptHandle: text }),
    ({ queues }, { QueueUrl, ReceiptHandle }) => {
      const queue = queueByUrl(queues, QueueUrl);
      checkHandle(ReceiptHandle);
      deleteByHandle(queues, queue, ReceiptHandle);
      return {};
    },
  ),

  DeleteMessageBatch: define(
    batchOf(z.strictObject({ Id: text, ReceiptHandle: text })),
    ({ queues }, { QueueUrl, Entries }) => {
      const queue = queueByUrl(queues, QueueUrl);
      checkBatch(Entries.map(({ Id }) => Id));
      const { valid = [], invalid = [] } = Object.groupBy(Entries, ({ ReceiptHandle }) =>
        isHandle(ReceiptHandle) ? "valid" : "invalid",
      );
      queues.database.transaction(() => {
        for (const { ReceiptHandle } of valid) deleteByHandle(queues, queue, ReceiptHandle);
      });
      return {
        Successful: valid.map(({ Id }) => ({ Id })),
        Failed: invalid.map(({ Id, ReceiptHandle }) => {
          const { code, message } = invalidHandle(ReceiptHandle);
          return { Id, SenderFault: true, Code: code, Message: message };
        }),
      };
    },
  ),

  SendMessage: passOn("sendMessage", ofQueue.extend(outgoing.shape)),
  SendMessageBatch: passOn("sendMessageBatch", batchOf(outgoing.extend({ Id: text }))),
  ChangeMessageVisibility: define(
    ofQueue.extend({ ReceiptHandle: text, VisibilityTimeout: z.number().int() }),
    ({ queues }, input) => {
      queueByUrl(queues, input.QueueUrl);
      checkHandle(input.ReceiptHandle);
      return queues.database.transaction(() =>
        queues.fauxqs.sqs.changeMessageVisibility(input, queues.store, {}),
      );
    },
  ),
  ChangeMessageVisibilityBatch: passOn(
    "changeMessageVisibilityBatch",
    batchOf(z.strictObject({ Id: text, ReceiptHandle: text, VisibilityTimeout: z.number().int() })),
  ),
  PurgeQueue: passOn("purgeQueue", ofQueue),
  TagQueue: passOn("tagQueue", ofQueue.extend({ Tags: tagMap })),
  UntagQueue: passOn("untagQueue", ofQueue.extend({ TagKeys: texts })),
  ListQueueTags: passOn("listQueueTags", ofQueue),

  StartMessageMoveTask: define(
    z.strictObject({
      SourceArn: text,
      DestinationArn: text.optional(),
      MaxNumberOfMessagesPerSecond: z.number().int().min(1).max(500).optional(),
    }),
    ({ moveTasks }, { SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond }) => ({
      TaskHandle: moveTasks.start(SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond).handle,
    }),
  ),
  ListMessageMoveTasks: define(
    z.strictObject({ SourceArn: text, MaxResults: z.number().int().min(1).max(10).optional() }),
    ({ moveTasks }, { SourceArn, MaxResults = 1 }) => ({
      Results: moveTasks.list(SourceArn).slice(0, MaxResults).map(shown),
    }),
  ),
  CancelMessageMoveTask: define(z.strictObject({ TaskHandle: text }), ({ moveTasks }, { TaskHandle }) => ({
    ApproximateNumberOfMessagesMoved: moveTasks.cancel(TaskHandle).moved,
  })),
};

function shown(task: MoveTask) {
  return {
    ...(task.status === "RUNNING" && { TaskHandle: task.handle }),
    Status: task.status,
    SourceArn: task.sourceArn,
    DestinationArn: task.destinationArn,
    MaxNumberOfMessagesPerSecond: task.perSecond,
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    FailureReason: task.failureReason,
    StartedTimestamp: task.startedAt,
  };
}

/** Handles are UUIDs here; one that never was any is no message's that has gone. */
function isHandle(handle: string): boolean {
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(handle);
}

/** @throws AwsError ReceiptHandleIsInvalid */
function checkHandle(handle: string): void {
  if (!isHandle(handle)) throw invalidHandle(handle);
}

function invalidHandle(handle: string): AwsError {
  return new AwsError(
    "ReceiptHandleIsInvalid",
    `The input receipt handle "${handle}" is not a valid receipt handle.`,
  );
}

function checkBatch(ids: readonly string[]): void {
  if (ids.length === 0) {
    throw new AwsError("EmptyBatchRequest", "There should be at least one entry in the request.");
  }
  if (ids.length > 10) {
    throw new AwsError("TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10.");
  }
  if (new Set(ids).size < ids.length) {
    throw new AwsError(
      "BatchEntryIdsNotDistinct",
      "Two or more batch entries in the request have the same Id.",
    );
  }
  if (ids.some((id) => !/^[A-Za-z0-9_-]{1,80}$/.test(id))) {
    throw new AwsError(
      "InvalidBatchEntryId",
      "A batch entry id can only contain alphanumeric characters, hyphens and underscores, at most 80.",
    );
  }
}

function pageOf<Item>(
  sorted: readonly Item[],
  keyOf: (item: Item) => string,
  size: number,
  after: string,
): { items: readonly Item[]; next: string | undefined } {
  const rest = sorted.filter((item) => keyOf(item) > after);
  const items = rest.slice(0, size);
  const last = items.at(-1);
  return { items, next: rest.length > size && last !== undefined ? keyOf(last) : undefined };
}
