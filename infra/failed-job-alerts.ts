import { Duration } from "aws-cdk-lib";
import type { IGrantable } from "aws-cdk-lib/aws-iam";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { NodeFunction } from "./node-function.ts";
import type { Platform } from "./platform.ts";

export interface FailedJobAlertsProps {
  readonly platform: Platform;
}

const MAX_RECEIVES = 5;

/**
 * A small object's job that fails for a cause that administrators can mend reaches them although its worker goes on:
 * the worker says so in a queue, and `on-job-failed` keeps the incident and tells people, alike ones once.
 */
export class FailedJobAlerts extends Construct {
  readonly queue: Queue;
  readonly onJobFailed: NodeFunction;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { platform }: FailedJobAlertsProps) {
    super(scope, id);
    this.deadLetters = platform.deadLetterQueue(this, "DeadLetters");
    this.queue = platform.encryption.useForQueue(
      new Queue(this, "Queue", {
        // Six times the function's time-out, as AWS advises for queues that feed functions.
        visibilityTimeout: Duration.seconds(180),
        retentionPeriod: Duration.days(14),
        encryption: QueueEncryption.SQS_MANAGED,
        enforceSSL: true,
        deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
      }),
    );
    this.onJobFailed = new NodeFunction(this, "OnJobFailed", {
      folder: "on-job-failed",
      description: "Keeps an incident of a job that failed in a worker, and tells people",
      timeout: Duration.seconds(30),
      platform,
      deadLetterQueue: this.deadLetters,
      environment: platform.incidents.environment(),
    });
    platform.incidents.grantRaise(this.onJobFailed.role);
    this.onJobFailed.function.addEventSource(
      new SqsEventSource(this.queue, { batchSize: 10, maxConcurrency: 2, reportBatchItemFailures: true }),
    );
  }

  /** Say that a job has failed. */
  grantTell(grantee: IGrantable): void {
    this.queue.grant(grantee, "sqs:SendMessage");
  }
}
