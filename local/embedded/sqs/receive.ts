import type { MessageAttributes, Queue, ReceivedMessage } from "../fauxqs.ts";
import type { Queues } from "./queues.ts";

export interface ReceiveOptions {
  /** 1 to 10. */
  readonly max?: number | undefined;
  /** Seconds; the queue's own when left out. */
  readonly visibilityTimeout?: number | undefined;
  /** Seconds to wait for a first message; the queue's own when left out. */
  readonly waitSeconds?: number | undefined;
  /** Names, `All`, `prefix.*`. */
  readonly messageAttributeNames?: readonly string[] | undefined;
  /** Names or `All`. */
  readonly systemAttributeNames?: readonly string[] | undefined;
}

/**
 * Takes up to `max` messages, waiting for the first one. Once `signal` is aborted nothing more is taken, so that
 * no message goes invisible for a receiver that has left.
 */
export async function receiveMessages(
  queues: Queues,
  queue: Queue,
  options: ReceiveOptions,
  signal: AbortSignal,
): Promise<ReceivedMessage[]> {
  const wait = options.waitSeconds ?? Number(queue.attributes.ReceiveMessageWaitTimeSeconds ?? 0);
  const deadline = Date.now() + wait * 1000;
  const ended = AbortSignal.any([signal, queues.stopping]);
  for (;;) {
    if (ended.aborted || queues.store.getQueueByName(queue.name) !== queue) return [];
    const received = take(queues, queue, options);
    const left = deadline - Date.now();
    if (received.length > 0) queues.onReceived?.(queue.arn, received);
    if (received.length > 0 || left <= 0) return received;
    await untilAborted(queue.waitForMessages(left / 1000), ended);
  }
}

function take(queues: Queues, queue: Queue, options: ReceiveOptions): ReceivedMessage[] {
  queue.processTimers();
  // Idle pollers are many; they need no transaction.
  if (queue.getAttribute("ApproximateNumberOfMessages") === "0") return [];
  return queues.database.transaction(() => {
    const received = queue.dequeue(options.max ?? 1, options.visibilityTimeout, (deadLetterArn) => {
      const target = queues.store.getQueueByArn(deadLetterArn);
      return (
        target && {
          enqueue: (message) =>
            target.enqueue({ ...message, deadLetterSourceArn: queue.arn, lastReceiptHandle: undefined }),
        }
      );
    });
    for (const message of received) dress(queue, message, options);
    return received;
  });
}

function dress(queue: Queue, received: ReceivedMessage, options: ReceiveOptions): void {
  const message = queue.inflightMessages.get(received.ReceiptHandle)?.message;
  if (!message) return;
  message.lastReceiptHandle = received.ReceiptHandle;
  const system: Record<string, string | undefined> = {
    SenderId: queue.arn.split(":")[4],
    SentTimestamp: String(message.sentTimestamp),
    ApproximateReceiveCount: String(message.approximateReceiveCount),
    ApproximateFirstReceiveTimestamp: String(message.approximateFirstReceiveTimestamp ?? Date.now()),
    MessageGroupId: message.messageGroupId,
    MessageDeduplicationId: message.messageDeduplicationId,
    SequenceNumber: message.sequenceNumber,
    DeadLetterQueueSourceArn: message.deadLetterSourceArn,
  };
  const wanted = options.systemAttributeNames ?? [];
  const shown = Object.entries(system).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && (wanted.includes("All") || wanted.includes(entry[0])),
  );
  if (shown.length > 0) received.Attributes = Object.fromEntries(shown);
  selectAttributes(received, options.messageAttributeNames ?? []);
}

/** SQS answers only the message attributes that were asked for; fauxqs answers all when none were named. */
function selectAttributes(received: ReceivedMessage, names: readonly string[]): void {
  const all = names.includes("All") || names.includes(".*");
  const prefixes = names.filter((name) => name.endsWith(".*")).map((name) => name.slice(0, -1));
  const selected: MessageAttributes = Object.fromEntries(
    Object.entries(received.MessageAttributes ?? {}).filter(
      ([name]) => all || names.includes(name) || prefixes.some((prefix) => name.startsWith(prefix)),
    ),
  );
  if (Object.keys(selected).length > 0) {
    received.MessageAttributes = selected;
  } else {
    delete received.MessageAttributes;
    delete received.MD5OfMessageAttributes;
  }
}

/**
 * Deletes a message. A receipt handle still works after its visibility timeout, as long as nobody else has
 * received the message since (SQS' behaviour for standard queues). @returns whether it named a message
 */
export function deleteByHandle(queues: Queues, queue: Queue, receiptHandle: string): boolean {
  if (queue.inflightMessages.has(receiptHandle)) return queue.deleteMessage(receiptHandle);
  if (queue.isFifo()) return false;
  const index = queue.messages.findIndex((message) => message.lastReceiptHandle === receiptHandle);
  const [message] = index < 0 ? [] : queue.messages.splice(index, 1);
  if (message) queues.database.deleteMessage(message.messageId);
  return message !== undefined;
}

function untilAborted(wait: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      signal.removeEventListener("abort", done);
      resolve();
    };
    signal.addEventListener("abort", done);
    void wait.then(done);
  });
}
