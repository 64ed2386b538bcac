import type { Queue, Subscription } from "../fauxqs.ts";
import { passesFilter } from "./filter-policy.ts";
import { envelope, lambdaEvent, type Notification, textFor } from "./notification.ts";
import { putMail } from "./outbox.ts";
import { redrivePolicyArn } from "./redrive.ts";
import { type Topics, topicByArn } from "./topics.ts";

/** What a topic may need from the rest of the runtime to deliver. */
export interface DeliveryOptions {
  /** Folder for mails. */
  readonly outbox: string;
  /** Hands an event to a function; resolves once the invocation is accepted. Without it functions are refused. */
  readonly invokeFunction?: ((functionArn: string, event: object) => Promise<void>) | undefined;
  /** Why a delivery is not allowed by its queue's or function's policy; undefined when it is. */
  readonly refusal?:
    | ((target: { topicArn: string; protocol: string; endpoint: string }) => string | undefined)
    | undefined;
  /** Told of each delivery, made or failed. */
  readonly onDelivery?: ((delivery: Delivery) => void) | undefined;
  readonly log: (line: string) => void;
}

export interface Delivery {
  readonly topicArn: string;
  readonly subscriptionArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly messageId: string;
  /** Why it was not delivered. */
  readonly failure?: string;
}

/** Brings a message to every subscription whose filter it passes; a failure of one does not hold up another. */
export async function deliver(
  topics: Topics,
  options: DeliveryOptions,
  notification: Notification,
): Promise<void> {
  const { subscriptionArns } = topicByArn(topics, notification.topicArn);
  const reached = subscriptionArns
    .map((subscriptionArn) => topics.store.getSubscription(subscriptionArn))
    .filter(
      (subscription): subscription is Subscription =>
        subscription !== undefined &&
        passesFilter(topics.fauxqs, subscription, notification.message, notification.attributes),
    );
  await Promise.all(
    reached.map(async (subscription) => {
      const failure = await attempt(topics, options, subscription, notification);
      if (failure !== undefined) keepUndelivered(topics, options, subscription, notification, failure);
      options.onDelivery?.({
        topicArn: notification.topicArn,
        subscriptionArn: subscription.arn,
        protocol: subscription.protocol,
        endpoint: subscription.endpoint,
        messageId: notification.messageId,
        ...(failure !== undefined && { failure }),
      });
    }),
  );
}

/** @returns why it failed */
async function attempt(
  topics: Topics,
  options: DeliveryOptions,
  { arn, protocol, endpoint, attributes }: Subscription,
  notification: Notification,
): Promise<string | undefined> {
  const refused = options.refusal?.({ topicArn: notification.topicArn, protocol, endpoint });
  if (refused !== undefined) return refused;
  try {
    if (protocol === "email" || protocol === "email-json") {
      const mail = await putMail(options.outbox, endpoint, protocol, arn, notification);
      options.log(`sns: mail to ${mail.to}: "${mail.subject}" in ${mail.path}`);
    } else if (protocol === "lambda") {
      if (!options.invokeFunction) return "no functions are played";
      await options.invokeFunction(endpoint, lambdaEvent(notification, arn));
    } else {
      const queue = topics.queues.getQueueByArn(endpoint);
      if (!queue) return "the queue does not exist";
      const raw = attributes.RawMessageDelivery === "true";
      const body = raw ? textFor(notification, "sqs") : JSON.stringify(envelope(notification, arn, "sqs"));
      enqueue(topics, queue, notification, body, raw);
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function enqueue(topics: Topics, queue: Queue, notification: Notification, body: string, raw: boolean): void {
  const { SqsStore } = topics.fauxqs;
  const { groupId, deduplicationId = SqsStore.contentBasedDeduplicationId(body) } = notification;
  const fifo = queue.isFifo();
  if (fifo && queue.checkDeduplication(deduplicationId).isDuplicate) return;
  const delay = Number(queue.attributes.DelaySeconds);
  const message = SqsStore.createMessage(
    body,
    raw ? notification.attributes : {},
    delay > 0 ? delay : undefined,
    groupId ?? (fifo ? notification.topicArn : undefined),
    fifo ? deduplicationId : undefined,
  );
  topics.database.transaction(() => {
    if (fifo) {
      message.sequenceNumber = queue.nextSequenceNumber();
      queue.recordDeduplication(deduplicationId, message.messageId, message.sequenceNumber);
    }
    queue.enqueue(message);
  });
}

/** A subscription's dead-letter queue takes what could not be delivered, with the reason beside it. */
function keepUndelivered(
  topics: Topics,
  options: DeliveryOptions,
  subscription: Subscription,
  notification: Notification,
  failure: string,
): void {
  const deadLetterArn = redrivePolicyArn(subscription.attributes.RedrivePolicy);
  const refused =
    deadLetterArn === undefined
      ? undefined
      : options.refusal?.({ topicArn: notification.topicArn, protocol: "sqs", endpoint: deadLetterArn });
  const queue =
    deadLetterArn === undefined || refused !== undefined
      ? undefined
      : topics.queues.getQueueByArn(deadLetterArn);
  const where = queue
    ? `kept in ${queue.name}`
    : `lost: ${refused ?? "the subscription has no dead-letter queue"}`;
  options.log(
    `sns: ${notification.topicArn} could not deliver to ${subscription.endpoint}: ${failure}; ${where}`,
  );
  if (queue) {
    const body = JSON.stringify(envelope(notification, subscription.arn, subscription.protocol));
    enqueue(topics, queue, notification, body, false);
  }
}
