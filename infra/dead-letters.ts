import { CfnOutput, Duration, Stack } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { Encryption } from "./encryption.ts";
import { described } from "./monitoring/runbook.ts";

/**
 * Queues for what failed, each with an alarm that tells the administrators as soon as something is in it. Whatever
 * can fail to be delivered or handled asks here for its queue, so that none is without an alarm.
 */
export class DeadLetters {
  /** Each with its name on the command line and its alarm. */
  readonly queues: { readonly name: string; readonly queue: Queue; readonly alarm: Alarm }[] = [];
  readonly #alerts: Topic;

  readonly #encryption: Encryption;

  constructor(alerts: Topic, encryption: Encryption) {
    this.#alerts = alerts;
    this.#encryption = encryption;
    // Adding a statement takes the place of the topic's default policy, which lets the whole account publish.
    alerts.addToResourcePolicy(
      new PolicyStatement({
        sid: "AlarmsPublish",
        principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [alerts.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(alerts).account } },
      }),
    );
  }

  /** A queue for what failed: kept as long as SQS allows, encrypted, TLS only. */
  queue(scope: Construct, id: string): Queue {
    const queue = this.#encryption.useForQueue(
      new Queue(scope, id, {
        retentionPeriod: Duration.days(14),
        encryption: QueueEncryption.SQS_MANAGED,
        enforceSSL: true,
      }),
    );
    const name = kebabCase(ownName(scope, id));
    // The command line finds the queues by their outputs.
    new CfnOutput(Stack.of(scope), `${ownName(scope, id)}DeadLetterQueueUrl`, {
      value: queue.queueUrl,
      description: `Dead letters: ${name}`,
    });
    const alarm = new Alarm(scope, `${id}Alarm`, {
      // It opens the subject of the mail.
      alarmName: `${Stack.of(scope).stackName}-${name}-dead-letters`,
      alarmDescription:
        `Dead letters: ${name}. Something could not be delivered or handled and is kept for 14 days. ` +
        described(
          `Look at it and put it back once its cause is mended: npx longshore replay --queue ${name}`,
          "dead-letters",
        ),
      metric: queue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: "Maximum",
      }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      // SQS stops to report a queue that has been idle for hours.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.#alerts));
    this.queues.push({ name, queue, alarm });
    return queue;
  }
}

/** `UploadProcessing`, `LaunchDeadLetters` → `Launch`; `StoppedTaskAlerts`, `DeadLetters` → `StoppedTaskAlerts`. */
function ownName(scope: Construct, id: string): string {
  const own = id.replace(/DeadLetters$/, "");
  return own === "" ? scope.node.id : own;
}

/** `StoppedTaskAlerts` → `stopped-task-alerts`, as the command line names queues. */
function kebabCase(text: string): string {
  return text.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
}
