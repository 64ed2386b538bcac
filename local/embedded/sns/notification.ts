import { AwsError } from "../../wire/aws-error.ts";
import type { MessageAttributes } from "../fauxqs.ts";

/** One published message. */
export interface Notification {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject: string | undefined;
  /** The message itself, or with `MessageStructure: json` its text per protocol. */
  readonly message: string;
  readonly perProtocol: Readonly<Record<string, string>> | undefined;
  readonly attributes: MessageAttributes;
  /** ISO text. */
  readonly timestamp: string;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
}

/** The text that a subscriber of `protocol` gets. */
export function textFor(notification: Notification, protocol: string): string {
  const { perProtocol, message } = notification;
  return perProtocol?.[protocol] ?? perProtocol?.default ?? message;
}

/** Reads a message with `MessageStructure: json`. @throws AwsError InvalidParameter */
export function parseStructure(message: string): Record<string, string> {
  let texts: unknown;
  try {
    texts = JSON.parse(message);
  } catch (cause) {
    throw new AwsError(
      "InvalidParameter",
      "Invalid parameter: Message Structure - JSON message body failed to parse",
      {
        cause,
      },
    );
  }
  const isText = typeof (texts as { default?: unknown } | null)?.default === "string";
  if (!isText) {
    throw new AwsError(
      "InvalidParameter",
      "Invalid parameter: Message Structure - No default entry in JSON message body",
    );
  }
  return texts as Record<string, string>;
}

/** The document that a queue (unless raw), and a mailbox of protocol email-json, get. */
export function envelope(notification: Notification, subscriptionArn: string, protocol: string) {
  const attributes = shownAttributes(notification.attributes);
  return {
    Type: "Notification",
    MessageId: notification.messageId,
    TopicArn: notification.topicArn,
    ...(notification.subject !== undefined && { Subject: notification.subject }),
    Message: textFor(notification, protocol),
    Timestamp: notification.timestamp,
    ...unsigned,
    SigningCertURL: "",
    UnsubscribeURL: unsubscribeUrl(subscriptionArn),
    ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
  };
}

/** The event that a function gets. */
export function lambdaEvent(notification: Notification, subscriptionArn: string) {
  return {
    Records: [
      {
        EventSource: "aws:sns",
        EventVersion: "1.0",
        EventSubscriptionArn: subscriptionArn,
        Sns: {
          Type: "Notification",
          MessageId: notification.messageId,
          TopicArn: notification.topicArn,
          Subject: notification.subject ?? null,
          Message: textFor(notification, "lambda"),
          Timestamp: notification.timestamp,
          ...unsigned,
          SigningCertUrl: "",
          UnsubscribeUrl: unsubscribeUrl(subscriptionArn),
          MessageAttributes: shownAttributes(notification.attributes),
        },
      },
    ],
  };
}

/** Nothing here has a certificate to sign with. */
const unsigned = { SignatureVersion: "1", Signature: "" };

function unsubscribeUrl(subscriptionArn: string): string {
  return `https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`;
}

function shownAttributes(attributes: MessageAttributes) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? BinaryValue ?? "" },
    ]),
  );
}
