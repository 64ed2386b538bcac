import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import type { Alert } from "./incidents/compose-alert.ts";

/**
 * Publishes to the administrators' topic: mail and SMS get text, everything else JSON; attributes serve
 * subscriptions' filter policies.
 */
export function alertPublisher(topicArn: string) {
  const sns = new SNSClient({});
  return async ({ subject, text, document, attributes }: Alert): Promise<void> => {
    const json = JSON.stringify(document);
    await sns.send(
      new PublishCommand({
        TopicArn: topicArn,
        Subject: subject,
        MessageStructure: "json",
        Message: JSON.stringify({
          default: text,
          sms: subject,
          sqs: json,
          lambda: json,
          http: json,
          https: json,
          "email-json": json,
        }),
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, value]) => [
            name,
            { DataType: "String", StringValue: value },
          ]),
        ),
      }),
    );
  };
}
