import { Duration } from "aws-cdk-lib";
import { type Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { BaseService } from "aws-cdk-lib/aws-ecs";
import { Rule } from "aws-cdk-lib/aws-events";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { burstCapacity } from "./fargate-capacity.ts";
import { described } from "./monitoring/runbook.ts";
import { NodeFunction } from "./node-function.ts";
import type { Platform } from "./platform.ts";
import { openFunctionToRules, RuleTarget } from "./rule-targets.ts";
import { grantRunTask } from "./run-task-grant.ts";
import { burstThresholds, LEAVE_AFTER_IDLE_SECONDS } from "./scaling-plan.ts";
import type { Task } from "./task-definition.ts";
import type { UploadProcessing } from "./upload-processing.ts";

export interface BurstWorkersProps {
  readonly platform: Platform;
  readonly uploads: UploadProcessing;
  readonly worker: Task;
  readonly service: BaseService;
}

const MAX_RECEIVES = 5;

/**
 * A backlog that the service's scaling would take too long over starts burst workers: the alarm reaches
 * `launch-workers` through EventBridge, which starts as many as the backlog needs, Spot first, and looks again
 * while it stands. They leave by themselves when the queue stays empty.
 */
export class BurstWorkers extends Construct {
  readonly backlogAlarm: Alarm;
  readonly ageAlarm: Alarm;
  readonly launchWorkers: NodeFunction;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: BurstWorkersProps) {
    super(scope, id);
    const { platform, uploads } = props;
    this.deadLetters = platform.deadLetterQueue(this, "DeadLetters");
    const tooMuch = burstThresholds(platform.config);
    this.backlogAlarm = uploads.metricBacklog().createAlarm(this, "Backlog", {
      alarmDescription: described(
        "More messages than the workers can do in the acceptable latency; burst workers start",
        "backlog",
      ),
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: tooMuch.messages,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    this.ageAlarm = uploads.metricOldestWait().createAlarm(this, "Age", {
      alarmDescription: described(
        "A message waits for longer than twice the acceptable latency; burst workers start",
        "old-messages",
      ),
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: tooMuch.ageSeconds,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    this.launchWorkers = this.createFunction(props);
    new Rule(this, "BacklogStands", {
      description: "The jobs queue has a backlog, or an old message",
      eventPattern: {
        source: ["aws.cloudwatch"],
        detailType: ["CloudWatch Alarm State Change"],
        resources: [this.backlogAlarm.alarmArn, this.ageAlarm.alarmArn],
        detail: { state: { value: ["ALARM"] } },
      },
      targets: [new RuleTarget(this.launchWorkers.function, platform.undelivered)],
    });
    openFunctionToRules(this.launchWorkers.function);
  }

  private createFunction({ platform, uploads, worker, service }: BurstWorkersProps): NodeFunction {
    const { config } = platform;
    const lookAgain = platform.encryption.useForQueue(
      new Queue(this, "LookAgain", {
        visibilityTimeout: Duration.seconds(180),
        // An old look is worth nothing: the next alarm starts anew.
        retentionPeriod: Duration.hours(1),
        encryption: QueueEncryption.SQS_MANAGED,
        enforceSSL: true,
        deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
      }),
    );
    const { cluster } = platform;
    const launch = new NodeFunction(this, "LaunchWorkers", {
      folder: "launch-workers",
      description: "Starts burst workers, as many as the backlog needs",
      timeout: Duration.seconds(30),
      platform,
      deadLetterQueue: this.deadLetters,
      environment: {
        JOBS_QUEUE_URL: uploads.jobsQueue.queueUrl,
        LOOK_AGAIN_QUEUE_URL: lookAgain.queueUrl,
        CLUSTER: cluster.clusterName,
        COUNTERS_TABLE: platform.incidents.counters.tableName,
        SERVICE: service.serviceName,
        TASK_DEFINITION: worker.definition.family,
        CONTAINER: worker.container.containerName,
        CAPACITY: burstCapacity(config).join(","),
        ...platform.taskPlacesEnvironment(),
        ACCEPTABLE_LATENCY_SECONDS: String(config.acceptableLatencySeconds),
        SECONDS_PER_MESSAGE: String(config.secondsPerMessage),
        MAXIMUM_BURST: String(config.maximumBurst),
        LEAVE_AFTER_IDLE_SECONDS: String(LEAVE_AFTER_IDLE_SECONDS),
      },
    });
    lookAgain.grant(launch.role, "sqs:SendMessage");
    uploads.jobsQueue.grant(launch.role, "sqs:GetQueueAttributes");
    platform.incidents.grantBudget(launch.role);
    grantRunTask(launch, platform, [worker]);
    launch.function.addToRolePolicy(
      new PolicyStatement({ actions: ["ecs:DescribeServices"], resources: [service.serviceArn] }),
    );
    launch.function.addToRolePolicy(
      new PolicyStatement({
        actions: ["ecs:ListTasks"],
        // ListTasks has container instances as its resource, which Fargate has none of: the cluster narrows it.
        resources: ["*"],
        conditions: { ArnEquals: { "ecs:cluster": cluster.clusterArn } },
      }),
    );
    launch.function.addEventSource(new SqsEventSource(lookAgain, { batchSize: 10, maxConcurrency: 2 }));
    return launch;
  }
}
