import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { LaunchRequest } from "../../events/jobs/launch-request.ts";

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
