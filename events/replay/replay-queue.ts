import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";
import { wayBack } from "./put-back.ts";
import type { ReplayPlace } from "./replay-place.ts";
import { sourceOf } from "./source.ts";
import { usersOf } from "./users.ts";

/** What became of the dead letters of one queue. */
export interface ReplayedQueue {
  /** Messages that were there at the start. */
  readonly found: number;
  /** How many were put back, or with `dryRun` would be, by where they go. */
  readonly returned: Readonly<Record<string, number>>;
  /** How many stay, by why. */
  readonly stays: Readonly<Record<string, number>>;
}

export interface ReplayOptions {
  /** Only look. */
  readonly dryRun: boolean;
  /** Messages at most. @default all that are there at the start */
  readonly limit?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** A message that is under way is hidden for this long; should this end in between, it shows again. */
const HIDDEN_SECONDS = 120;
/** As many as one call of SQS takes. */
const BATCH = 10;

/**
 * Puts the dead letters of a queue back to where they came from, each once: what fails again and comes back is left
 * for the next time. A message is sent before it is deleted, so that an interruption loses none.
 */
export async function replayQueue(
  place: ReplayPlace,
  queueUrl: string,
  { dryRun, limit = Number.POSITIVE_INFINITY, onProgress = () => {} }: ReplayOptions,
): Promise<ReplayedQueue> {
  const { sqs } = place;
  const found = await countOf(place, queueUrl);
  const returned: Record<string, number> = {};
  const stays: Record<string, number> = {};
  if (found === 0) return { found, returned, stays };
  const users = await usersOf(place, queueUrl);
  const seen = new Set<string>();
  const kept: Message[] = [];
  const wanted = Math.min(found, limit);
  while (seen.size < wanted) {
    const messages = await receive(place, queueUrl);
    if (messages.length === 0) break;
    for (const message of messages) {
      const { MessageId = "", ReceiptHandle } = message;
      if (seen.has(MessageId) || seen.size >= wanted) {
        kept.push(message);
        continue;
      }
      seen.add(MessageId);
      const way = await wayBack(place, message, sourceOf(message, users));
      if ("stays" in way) {
        stays[way.stays] = (stays[way.stays] ?? 0) + 1;
        kept.push(message);
      } else {
        returned[way.to] = (returned[way.to] ?? 0) + 1;
        if (dryRun) {
          kept.push(message);
        } else {
          await way.send();
          await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
        }
      }
      onProgress(seen.size, wanted);
    }
  }
  for (let start = 0; start < kept.length; start += BATCH) {
    await show(place, queueUrl, kept.slice(start, start + BATCH));
  }
  return { found, returned, stays };
}

async function countOf({ sqs }: ReplayPlace, queueUrl: string): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
}

/** A short poll may find nothing in a queue that has messages; a long one asks all of SQS's servers. */
async function receive({ sqs }: ReplayPlace, queueUrl: string): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: BATCH,
      VisibilityTimeout: HIDDEN_SECONDS,
      WaitTimeSeconds: 2,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
    }),
  );
  return Messages;
}

/** Lets others see messages at once that stay where they are. SQS leaves out those that show by now anyway. */
async function show({ sqs }: ReplayPlace, queueUrl: string, messages: readonly Message[]): Promise<void> {
  await sqs.send(
    new ChangeMessageVisibilityBatchCommand({
      QueueUrl: queueUrl,
      Entries: messages.map(({ ReceiptHandle }, index) => ({
        Id: String(index),
        ReceiptHandle,
        VisibilityTimeout: 0,
      })),
    }),
  );
}
