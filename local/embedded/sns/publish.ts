import { randomUUID } from "node:crypto";
import { AwsError } from "../../wire/aws-error.ts";
import type { MessageAttributes } from "../fauxqs.ts";
import { type DeliveryOptions, deliver } from "./delivery.ts";
import { parseStructure } from "./notification.ts";
import { type Topics, topicByArn } from "./topics.ts";

export interface PublishOptions {
  readonly message: string;
  /** At most 100 characters of ASCII. */
  readonly subject?: string | undefined;
  readonly messageAttributes?: MessageAttributes | undefined;
  /** With "json", `message` holds a text per protocol. */
  readonly messageStructure?: "json" | undefined;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
}

/** SNS takes 256 KiB, attributes included. (Publish, API reference) */
const MAX_BYTES = 262_144;
/** ASCII without control characters, not starting with a space. */
const SUBJECT = /^(?! )[ -~]{1,100}$/;

/** Judges a message as Publish does. @throws AwsError InvalidParameter */
export function checkMessage(topics: Topics, topicArn: string, options: PublishOptions): void {
  const { attributes } = topicByArn(topics, topicArn);
  const { message, subject, messageAttributes = {} } = options;
  if (message === "") throw invalid("Empty message");
  if (subject !== undefined && !SUBJECT.test(subject)) throw invalid("Subject");
  if (topics.fauxqs.calculateMessageSize(message, messageAttributes) > MAX_BYTES) {
    throw invalid(`Message too long: at most ${MAX_BYTES} bytes`);
  }
  for (const [name, attribute] of Object.entries(messageAttributes)) {
    if (!/^(String|String\.Array|Number|Binary)$/.test(attribute.DataType)) {
      throw invalid(`The message attribute '${name}' has an invalid type ${attribute.DataType}`);
    }
    if (attribute.DataType === "String.Array" && !isArray(attribute.StringValue)) {
      throw invalid(`The message attribute '${name}' is no JSON array`);
    }
  }
  const fifo = attributes.FifoTopic === "true";
  if (fifo && options.groupId === undefined) {
    throw invalid("The MessageGroupId parameter is required for FIFO topics");
  }
  if (fifo && options.deduplicationId === undefined && attributes.ContentBasedDeduplication !== "true") {
    throw invalid(
      "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  }
}

/** Publishes, and resolves when each subscriber has it or its failure is on record. @throws AwsError */
export async function publish(
  topics: Topics,
  delivery: DeliveryOptions,
  topicArn: string,
  options: PublishOptions,
): Promise<{ readonly messageId: string }> {
  checkMessage(topics, topicArn, options);
  const messageId = randomUUID();
  await deliver(topics, delivery, {
    messageId,
    topicArn,
    subject: options.subject,
    message: options.message,
    perProtocol: options.messageStructure === "json" ? parseStructure(options.message) : undefined,
    attributes: options.messageAttributes ?? {},
    timestamp: new Date().toISOString(),
    groupId: options.groupId,
    deduplicationId: options.deduplicationId,
  });
  return { messageId };
}

function isArray(json: string | undefined): boolean {
  try {
    return Array.isArray(JSON.parse(json ?? ""));
  } catch {
    return false;
  }
}

function invalid(reason: string): AwsError {
  return new AwsError("InvalidParameter", `Invalid parameter: ${reason}`);
}
