import type { Queue, QueueMessage } from "../fauxqs.ts";
import type { Queues } from "./queues.ts";

/** What CloudWatch's SQS metrics are made of. */
export interface QueueBacklog {
  readonly visible: number;
  readonly notVisible: number;
  readonly delayed: number;
  /** Milliseconds since the epoch by the wall clock, which queues live by; undefined for an empty queue. */
  readonly oldestSentAt: number | undefined;
}

export function backlogOf(queue: Queue): QueueBacklog {
  queue.processTimers();
  let oldest = Number.POSITIVE_INFINITY;
  for (const message of allMessages(queue)) oldest = Math.min(oldest, message.sentTimestamp);
  return {
    visible: Number(queue.getAttribute("ApproximateNumberOfMessages")),
    notVisible: Number(queue.getAttribute("ApproximateNumberOfMessagesNotVisible")),
    delayed: Number(queue.getAttribute("ApproximateNumberOfMessagesDelayed")),
    oldestSentAt: Number.isFinite(oldest) ? oldest : undefined,
  };
}

/** Drops what is older than the queue's retention period; fauxqs keeps messages for ever. @returns how many */
export function dropExpired({ database }: Queues, queue: Queue, nowMs: number): number {
  const sentBefore = nowMs - Number(queue.attributes.MessageRetentionPeriod) * 1000;
  const expired = [...allMessages(queue)].filter((message) => message.sentTimestamp < sentBefore);
  if (expired.length === 0) return 0;
  const ids = new Set(expired.map((message) => message.messageId));
  const kept = (messages: QueueMessage[]) => messages.filter((message) => !ids.has(message.messageId));
  database.transaction(() => {
    for (const [handle, { message }] of queue.inflightMessages) {
      if (ids.has(message.messageId)) queue.deleteMessage(handle);
    }
    queue.messages = kept(queue.messages);
    queue.delayedMessages = kept(queue.delayedMessages);
    for (const groups of [queue.fifoMessages, queue.fifoDelayed]) {
      for (const [group, messages] of groups) groups.set(group, kept(messages));
    }
    for (const id of ids) database.deleteMessage(id);
  });
  return expired.length;
}

function* allMessages(queue: Queue): Iterable<QueueMessage> {
  yield* queue.messages;
  yield* queue.delayedMessages;
  for (const { message } of queue.inflightMessages.values()) yield message;
  for (const groups of [queue.fifoMessages, queue.fifoDelayed]) {
    for (const messages of groups.values()) yield* messages;
  }
}
