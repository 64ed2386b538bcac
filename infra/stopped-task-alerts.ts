import { Duration, Lazy, Stack } from "aws-cdk-lib";
import type { Metric, MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { FailureCause } from "../events/jobs/job.ts";
import { grantOnTable, grantQuery } from "./grants.ts";
import { priceEnvironment } from "./instance-size.ts";
import { functionMetric } from "./metrics.ts";
import { NodeFunction } from "./node-function.ts";
import type { Platform } from "./platform.ts";
import { openFunctionToRules, RuleTarget } from "./rule-targets.ts";
import type { UploadProcessing } from "./upload-processing.ts";

export interface StoppedTaskAlertsProps {
  readonly platform: Platform;
  /** Whose jobs the tasks have. */
  readonly uploads: UploadProcessing;
  /**
   * Address of the console, which alerts link to.
   * @default alerts have no links to a console
   */
  readonly consoleUrl?: string | undefined;
}

/** What becomes of the job of a stopped task. */
export type StoppedTaskOutcome = "closed" | "retried" | "failed" | "settled";

/**
 * A task that stops wrongly reaches people. Each stopped task's event goes to `on-task-stopped`, which closes the
 * task's job or has it tried again, keeps an incident of what went wrong, and publishes what needs people to the
 * alerts topic. `stop-overdue` stops tasks that take longer than their pipelines allow.
 */
export class StoppedTaskAlerts extends Construct {
  readonly onTaskStopped: NodeFunction;
  readonly stopOverdue: NodeFunction;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: StoppedTaskAlertsProps) {
    super(scope, id);
    this.deadLetters = props.platform.deadLetterQueue(this, "DeadLetters");
    this.onTaskStopped = this.createOnTaskStopped(props);
    this.stopOverdue = this.createStopOverdue(props);
  }

  /** Attempts that ended wrongly, of one cause. */
  metricFaults(cause: FailureCause, props?: MetricOptions): Metric {
    return functionMetric("on-task-stopped", `Fault-${cause}`, props);
  }

  /** Stopped tasks, by what became of their jobs. */
  metricStoppedTasks(outcome: StoppedTaskOutcome, props?: MetricOptions): Metric {
    return functionMetric("on-task-stopped", `StoppedTask-${outcome}`, props);
  }

  /** Jobs past their deadline, whose tasks were stopped. */
  metricOverdueJobs(props?: MetricOptions): Metric {
    return functionMetric("stop-overdue", "OverdueJobs", props);
  }

  private createOnTaskStopped({ platform, uploads, consoleUrl }: StoppedTaskAlertsProps) {
    const onTaskStopped = new NodeFunction(this, "OnTaskStopped", {
      folder: "on-task-stopped",
      description:
        "Closes the job of a stopped task, or has it tried again, and tells people what went wrong",
      timeout: Duration.seconds(30),
      platform,
      deadLetterQueue: this.deadLetters,
      environment: {
        JOBS_TABLE: platform.jobs.tableName,
        OBJECTS_TABLE: platform.objects.tableName,
        LAUNCH_QUEUE_URL: uploads.launchQueue.queueUrl,
        ...priceEnvironment(platform.config),
        ...(consoleUrl === undefined ? {} : { CONSOLE_URL: consoleUrl }),
        ...platform.incidents.environment(),
      },
      deployment: { pipelines: [...platform.pipelines] },
    });
    const { role, function: handler } = onTaskStopped;
    grantOnTable(platform.jobs, role, "dynamodb:GetItem", "dynamodb:UpdateItem");
    platform.incidents.grantRaise(role);
    uploads.launchQueue.grant(role, "sqs:SendMessage");
    handler.addToRolePolicy(
      new PolicyStatement({ actions: ["s3:GetObject"], resources: [platform.results.arnForObjects("*")] }),
    );
    // Listing tells an absent result from a forbidden one: without it S3 answers 403 to both.
    handler.addToRolePolicy(
      new PolicyStatement({ actions: ["s3:ListBucket"], resources: [platform.results.bucketArn] }),
    );
    if (platform.config.logDriver === "awslogs") {
      handler.addToRolePolicy(
        new PolicyStatement({
          actions: ["logs:GetLogEvents"],
          // The ARN of a log group ends in `:*`, which stands for its streams.
          resources: Lazy.list({
            produce: () => platform.taskLogGroups.map(({ logGroupArn }) => logGroupArn),
          }),
        }),
      );
    }
    // ECS knows no permission for single task definitions here. Source: Service Authorization Reference, Amazon ECS.
    handler.addToRolePolicy(
      new PolicyStatement({ actions: ["ecs:DescribeTaskDefinition"], resources: ["*"] }),
    );
    new Rule(this, "TaskStopped", {
      description: "Tasks of the cluster that have stopped",
      eventPattern: {
        source: ["aws.ecs"],
        detailType: ["ECS Task State Change"],
        detail: { clusterArn: [platform.cluster.clusterArn], lastStatus: ["STOPPED"] },
      },
      targets: [new RuleTarget(handler, platform.undelivered)],
    });
    openFunctionToRules(handler);
    return onTaskStopped;
  }

  private createStopOverdue({ platform }: StoppedTaskAlertsProps) {
    const stopOverdue = new NodeFunction(this, "StopOverdue", {
      folder: "stop-overdue",
      description: "Stops tasks that have had their jobs for longer than their pipelines allow",
      timeout: Duration.seconds(50),
      platform,
      deadLetterQueue: platform.deadLetterQueue(this, "OverdueDeadLetters"),
      environment: {
        JOBS_TABLE: platform.jobs.tableName,
        OBJECTS_TABLE: platform.objects.tableName,
        CLUSTER: platform.cluster.clusterName,
        ...platform.incidents.environment(),
      },
    });
    const { role, function: handler } = stopOverdue;
    grantOnTable(platform.jobs, role, "dynamodb:GetItem", "dynamodb:UpdateItem");
    grantQuery(platform.jobs, "byDeadline", role);
    platform.incidents.grantRaise(role);
    handler.addToRolePolicy(
      new PolicyStatement({
        actions: ["ecs:StopTask"],
        resources: [
          Stack.of(this).formatArn({
            service: "ecs",
            resource: "task",
            resourceName: `${platform.cluster.clusterName}/*`,
          }),
        ],
        conditions: { ArnEquals: { "ecs:cluster": platform.cluster.clusterArn } },
      }),
    );
    new Rule(this, "EveryMinute", {
      description: "Looks for jobs that are past their deadline",
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new RuleTarget(handler, platform.undelivered)],
    });
    openFunctionToRules(handler);
    return stopOverdue;
  }
}
