import type { Message } from "@aws-sdk/client-sqs";

/** Where a dead letter came from, and so where it goes back to. */
export type Source =
  /** A queue whose consumer failed on it. */
  | { readonly kind: "queue"; readonly queueArn: string }
  /** A function that failed on an asynchronous event. */
  | { readonly kind: "function"; readonly functionArn: string }
  /** A rule that could not deliver to its target. */
  | { readonly kind: "rule"; readonly ruleArn: string; readonly targetArn: string }
  | { readonly kind: "unknown"; readonly why: string };

/** What uses a queue for its dead letters. */
export interface Users {
  readonly queueArns: readonly string[];
  readonly functionArns: readonly string[];
}

/**
 * Tells a dead letter's source. EventBridge writes rule and target beside it, Lambda the failed request's id, and SQS
 * the queue, where it moved the message itself; a consumer that moved it names none.
 * Sources: EventBridge user guide, "Using dead-letter queues"; Lambda developer guide, "Dead-letter queues"; SQS API
 * reference, ReceiveMessage.
 */
export function sourceOf(message: Message, users: Users): Source {
  const { RULE_ARN, TARGET_ARN, RequestID } = message.MessageAttributes ?? {};
  if (RULE_ARN?.StringValue && TARGET_ARN?.StringValue) {
    return { kind: "rule", ruleArn: RULE_ARN.StringValue, targetArn: TARGET_ARN.StringValue };
  }
  if (RequestID?.StringValue && users.functionArns.length > 0) return functionOf(users);
  const moved = message.Attributes?.DeadLetterQueueSourceArn;
  if (moved) return { kind: "queue", queueArn: moved };
  if (isNotification(message.Body)) {
    return {
      kind: "unknown",
      why: "it is a notification that a subscriber could not be given; its topic keeps no way back",
    };
  }
  const [queueArn, ...others] = users.queueArns;
  if (queueArn !== undefined && others.length === 0) return { kind: "queue", queueArn };
  return {
    kind: "unknown",
    why:
      queueArn === undefined
        ? "no queue or function uses this queue"
        : `${users.queueArns.length} queues use this queue, and it does not say which`,
  };
}

function functionOf({ functionArns: [functionArn, ...others] }: Users): Source {
  return functionArn !== undefined && others.length === 0
    ? { kind: "function", functionArn }
    : { kind: "unknown", why: "several functions use this queue, and it does not say which" };
}

function isNotification(body = ""): boolean {
  return /^\s*\{\s*"Type"\s*:\s*"Notification"/.test(body);
}
