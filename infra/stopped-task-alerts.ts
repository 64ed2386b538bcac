import { Duration } from "aws-cdk-lib";
import { Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Pipeline } from "../events/pipeline.ts";
import { NodeFunction } from "./node-function.ts";
import type { Platform } from "./platform.ts";
import type { UploadProcessing } from "./upload-processing.ts";

export interface StoppedTaskAlertsProps {
  readonly platform: Platform;
  readonly uploads: UploadProcessing;
  readonly pipelines: readonly Pipeline[];
}

/**
 * A task that stops wrongly reaches people. Each stopped task's event goes to `on-task-stopped`, which closes
 * the task's job or has it tried again, and publishes to the alerts topic what no retry can mend.
 */
export class StoppedTaskAlerts extends Construct {
  readonly onTaskStopped: NodeFunction;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { platform, uploads, pipelines }: StoppedTaskAlertsProps) {
    super(scope, id);
    this.deadLetters = platform.deadLetterQueue(this, "DeadLetters");
    this.onTaskStopped = new NodeFunction(this, "OnTaskStopped", {
      folder: "on-task-stopped",
      description: "Closes the job of a stopped task, or has it tried again, and alerts people",
      timeout: Duration.seconds(30),
      logRetention: platform.logRetention,
      deadLetterQueue: this.deadLetters,
      environment: {
        JOBS_TABLE: platform.jobs.tableName,
        OBJECTS_TABLE: platform.objects.tableName,
        LAUNCH_QUEUE_URL: uploads.launchQueue.queueUrl,
        ALERTS_TOPIC_ARN: platform.alerts.topicArn,
        PIPELINES: JSON.stringify(pipelines),
      },
    });
    const { role, function: handler } = this.onTaskStopped;
    platform.jobs.grant(role, "dynamodb:GetItem", "dynamodb:UpdateItem");
    uploads.launchQueue.grantSendMessages(role);
    platform.alerts.grantPublish(role);
    // Listing tells an absent result from a forbidden one: without it S3 answers 403 to both.
    handler.addToRolePolicy(
      new PolicyStatement({ actions: ["s3:ListBucket"], resources: [platform.results.bucketArn] }),
    );
    handler.addToRolePolicy(
      new PolicyStatement({ actions: ["s3:GetObject"], resources: [platform.results.arnForObjects("*")] }),
    );
    new Rule(this, "TaskStopped", {
      description: "Tasks of the cluster that have stopped",
      eventPattern: {
        source: ["aws.ecs"],
        detailType: ["ECS Task State Change"],
        detail: { clusterArn: [platform.cluster.clusterArn], lastStatus: ["STOPPED"] },
      },
      targets: [new LambdaFunction(handler, { deadLetterQueue: platform.undelivered })],
    });
  }
}
