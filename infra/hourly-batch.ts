import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { Metric, type MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import { AttributeType, BillingMode, Table } from "aws-cdk-lib/aws-dynamodb";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { Grant, type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { CostBasis } from "../events/batch/job-cost.ts";
import { REPORTS_PREFIX } from "../events/batch/report.ts";
import { JOB_INDEXES } from "../events/jobs/job-indexes.ts";
import { METRICS_NAMESPACE } from "../events/metrics-namespace.ts";
import { workerPlaces } from "../events/worker-places.ts";
import type { Config } from "./config.ts";
import { containerImage } from "./container-image.ts";
import { grantOnTable, grantQuery } from "./grants.ts";
import { priceEnvironment } from "./instance-size.ts";
import { NodeFunction } from "./node-function.ts";
import { operatorOutput } from "./operator-output.ts";
import type { Platform } from "./platform.ts";
import { openFunctionToRules, RuleTarget } from "./rule-targets.ts";
import { grantRunTask } from "./run-task-grant.ts";
import { Task } from "./task-definition.ts";
import type { UploadProcessing } from "./upload-processing.ts";
import { WORKER_SIZE, workerCapacity } from "./worker-settings.ts";

export interface HourlyBatchProps {
  readonly platform: Platform;
  /** Whose jobs it looks after. */
  readonly uploads: UploadProcessing;
}

/**
 * An hourly schedule starts a batch. `launch-batch` runs one task, which finds uploads without a job and jobs that are
 * stuck, and writes each hour's rollup and report.
 */
export class HourlyBatch extends Construct {
  /** Lease, watermark and rollups, by `pk` and `sk`. */
  readonly table: Table;
  /** What jobs cost follows from it: a worker, and how many objects it takes at once. */
  readonly workerBasis: Omit<CostBasis["worker"], "architecture">;
  readonly batch: Task;
  readonly launchBatch: NodeFunction;

  constructor(scope: Construct, id: string, props: HourlyBatchProps) {
    super(scope, id);
    this.table = this.createTable(props);
    this.workerBasis = workerBasis(props.platform.config);
    this.batch = this.createTask(props);
    this.launchBatch = this.createLaunchBatch(props);
    new Rule(this, "EveryHour", {
      description: "Starts the batch of the hour",
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [new RuleTarget(this.launchBatch.function, props.platform.undelivered)],
    });
    openFunctionToRules(this.launchBatch.function);
    operatorOutput(
      this,
      "LaunchBatchFunction",
      this.launchBatch.function.functionName,
      "Starts a batch by hand: longshore batch",
    );
  }

  /** Starts a batch by hand: `lambda:InvokeFunction`, with a `batchRequest` (events/batch/batch-request.ts). */
  grantStart(grantee: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: ["lambda:InvokeFunction"],
      resourceArns: [this.launchBatch.function.functionArn],
    });
  }

  /** Dollars that the tasks of an hour cost. */
  metricHourCost(props?: MetricOptions): Metric {
    return hourMetric("HourCost", props);
  }

  /** Dollars that the tasks of an hour would have cost, had each object had one of its own. */
  metricHourCostOnePerObject(props?: MetricOptions): Metric {
    return hourMetric("HourCostOnePerObject", props);
  }

  /** Objects of an hour. */
  metricHourObjects(props?: MetricOptions): Metric {
    return hourMetric("HourObjects", props);
  }

  /** Objects of an hour whose jobs have failed. */
  metricHourFailures(props?: MetricOptions): Metric {
    return hourMetric("HourFailures", props);
  }

  private createTable({ platform }: HourlyBatchProps): Table {
    return new Table(this, "Table", {
      partitionKey: { name: "pk", type: AttributeType.STRING },
      sortKey: { name: "sk", type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      ...platform.encryption.table(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: "expiresAt",
      removalPolicy:
        platform.config.removalPolicy === "retain" ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }

  private createTask({ platform, uploads }: HourlyBatchProps): Task {
    const { config, pipelines } = platform;
    const batch = new Task(this, "Batch", {
      platform,
      name: "batch",
      image: containerImage(this, "Image", "batch", config.architecture),
      size: { cpu: 512, memoryMiB: 1024 },
      environment: {
        JOBS_TABLE: platform.jobs.tableName,
        OBJECTS_TABLE: platform.objects.tableName,
        BATCH_TABLE: this.table.tableName,
        UPLOADS_BUCKET: platform.uploads.bucketName,
        RESULTS_BUCKET: platform.results.bucketName,
        JOBS_QUEUE_URL: uploads.jobsQueue.queueUrl,
        LAUNCH_QUEUE_URL: uploads.launchQueue.queueUrl,
        PIPELINES: JSON.stringify(pipelines),
        ...priceEnvironment(config),
        WORKER: JSON.stringify(this.workerBasis),
      },
    });
    const { taskRole } = batch.definition;
    grantOnTable(platform.jobs, taskRole, "dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:UpdateItem");
    grantQuery(platform.jobs, JOB_INDEXES.byTime.name, taskRole);
    grantOnTable(platform.objects, taskRole, "dynamodb:GetItem", "dynamodb:UpdateItem");
    grantOnTable(
      this.table,
      taskRole,
      "dynamodb:DeleteItem",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "dynamodb:UpdateItem",
    );
    taskRole.addToPrincipalPolicy(
      new PolicyStatement({ actions: ["s3:ListBucketVersions"], resources: [platform.uploads.bucketArn] }),
    );
    taskRole.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ["s3:PutObject"],
        resources: [platform.results.arnForObjects(`${REPORTS_PREFIX}*`)],
      }),
    );
    // It removes what jobs that are over have left there.
    platform.fileSystem?.mountCheckpoints(batch);
    for (const queue of [uploads.jobsQueue, uploads.launchQueue]) {
      queue.grant(taskRole, "sqs:GetQueueAttributes", "sqs:SendMessage");
    }
    return batch;
  }

  private createLaunchBatch({ platform }: HourlyBatchProps): NodeFunction {
    const launch = new NodeFunction(this, "LaunchBatch", {
      folder: "launch-batch",
      description: "Starts the batch of the hour, or one by hand",
      timeout: Duration.seconds(30),
      platform,
      deadLetterQueue: platform.deadLetterQueue(this, "DeadLetters"),
      environment: {
        CLUSTER: platform.cluster.clusterName,
        COUNTERS_TABLE: platform.incidents.counters.tableName,
        TASK_DEFINITION: this.batch.definition.family,
        CONTAINER: this.batch.container.containerName,
        CAPACITY: platform.config.compute === "ec2" ? "EC2" : "FARGATE",
        ...platform.taskPlacesEnvironment(),
      },
    });
    platform.incidents.grantBudget(launch.role);
    grantRunTask(launch, platform, [this.batch]);
    return launch;
  }
}

/** An hour that is rolled up again is reported again: the largest is the last word. */
function hourMetric(metricName: string, props?: MetricOptions): Metric {
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    statistic: "Maximum",
    period: Duration.hours(1),
    ...props,
  });
}

function workerBasis(config: Config): HourlyBatch["workerBasis"] {
  return {
    size: WORKER_SIZE,
    capacity: workerCapacity(config),
    places: config.workerConcurrency ?? workerPlaces(WORKER_SIZE.cpu / 1024),
  };
}
