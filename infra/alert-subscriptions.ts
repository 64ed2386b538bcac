import type { Topic } from "aws-cdk-lib/aws-sns";
import { CfnSubscription } from "aws-cdk-lib/aws-sns";
import { EmailSubscription, UrlSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { Config } from "./config.ts";

/**
 * Whom the configuration names. What cannot be delivered to one of them is kept, and its alarm tells the others.
 * @param deadLetters makes the queue for it, when there is anybody to tell
 */
export function subscribeToAlerts(
  scope: Construct,
  topic: Topic,
  { alertEmail, alertHttps, alertQueueArn }: Config,
  deadLetters: () => Queue,
): void {
  if (alertEmail.length + alertHttps.length + alertQueueArn.length === 0) return;
  const deadLetterQueue = deadLetters();
  for (const address of alertEmail)
    topic.addSubscription(new EmailSubscription(address, { deadLetterQueue }));
  for (const url of alertHttps) topic.addSubscription(new UrlSubscription(url, { deadLetterQueue }));
  for (const endpoint of alertQueueArn) {
    // By its ARN: the queue and its policy are somebody else's.
    new CfnSubscription(scope, `AlertQueue${endpoint.split(":").slice(3).join("")}`, {
      topicArn: topic.topicArn,
      protocol: "sqs",
      endpoint,
      redrivePolicy: { deadLetterTargetArn: deadLetterQueue.queueArn },
    });
  }
}
