import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { JobTable } from "../../events/jobs/job-table.ts";
import type { LaunchRequest } from "../../events/jobs/launch-request.ts";

/** SNS takes subjects of fewer than 100 ASCII characters. Source: SNS API reference, Publish. */
const MAX_SUBJECT = 99;

/** The jobs tables that the environment names. */
export function jobTableFrom(environment: { JOBS_TABLE: string; OBJECTS_TABLE: string }): JobTable {
  return {
    client: DynamoDBDocumentClient.from(new DynamoDBClient({}), {
      marshallOptions: { removeUndefinedValues: true },
    }),
    jobsTable: environment.JOBS_TABLE,
    objectsTable: environment.OBJECTS_TABLE,
  };
}

/** Puts launches into the launch queue, not to be seen for a number of seconds (at most 900). */
export function launchQueueSender(queueUrl: string) {
  const sqs = new SQSClient({});
  return async (request: LaunchRequest, delaySeconds: number): Promise<void> => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(request),
        DelaySeconds: delaySeconds,
      }),
    );
  };
}

/** Publishes to the administrators' topic; attributes serve subscriptions' filter policies. */
export function alertPublisher(topicArn: string) {
  const sns = new SNSClient({});
  return async (subject: string, text: string, attributes: Record<string, string>): Promise<void> => {
    await sns.send(
      new PublishCommand({
        TopicArn: topicArn,
        Subject: subject.slice(0, MAX_SUBJECT),
        Message: text,
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
