import { Duration } from "aws-cdk-lib";
import { MathExpression, type Metric, type MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import { Rule, RuleTargetInput, type RuleTargetInputProperties } from "aws-cdk-lib/aws-events";
import { Grant, type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { CHECKPOINTS_PREFIX } from "../events/checkpoints.ts";
import { JOB_MESSAGE_RECEIVES } from "../events/jobs/job-message.ts";
import type { Lane, Pipeline } from "../events/pipeline.ts";
import { taskSizeFor } from "../events/routing.ts";
import { containerImage } from "./container-image.ts";
import { FailedJobAlerts } from "./failed-job-alerts.ts";
import { grantOnTable } from "./grants.ts";
import { functionMetric, queueLength, sumOf } from "./metrics.ts";
import { NodeFunction } from "./node-function.ts";
import { operatorOutput } from "./operator-output.ts";
import { OwnContainer } from "./own-container.ts";
import type { Platform } from "./platform.ts";
import { openFunctionToRules, openQueueToRules, RuleTarget } from "./rule-targets.ts";
import { grantRunTask } from "./run-task-grant.ts";
import { Task } from "./task-definition.ts";
import { objectCreatedPattern } from "./upload-patterns.ts";

export interface UploadProcessingProps {
  /** Where it runs, with its configuration and pipelines. */
  readonly platform: Platform;
}

/** What becomes of an upload that is to have a task of its own, or of a launch that is tried again. */
export type LaunchOutcome = "launched" | "deferred" | "waiting" | "failed" | "duplicate" | "superseded";

/** How long one object may keep a pooled worker before its message shows again to others. */
const VISIBILITY = Duration.seconds(120);

/**
 * Upload starts a task. Small objects go by rule into the jobs queue, where workers take many; for a large
 * object `launch-upload` runs a task of its own, sized for it.
 */
export class UploadProcessing extends Construct {
  /** Small objects, for workers. */
  readonly jobsQueue: Queue;
  readonly jobsDeadLetters: Queue;
  /** Launches that were refused, or that follow a failed attempt. */
  readonly launchQueue: Queue;
  readonly launchDeadLetters: Queue;
  /** The task that takes one large object. */
  readonly processor: Task;
  /** Tasks of pipelines with a container of their own, by pipeline. */
  readonly ownContainers: ReadonlyMap<string, Task>;
  readonly launchUpload: NodeFunction;
  /** What workers say of small objects whose jobs have failed. */
  readonly failedJobs: FailedJobAlerts;

  constructor(scope: Construct, id: string, props: UploadProcessingProps) {
    super(scope, id);
    const { platform } = props;
    this.jobsDeadLetters = platform.deadLetterQueue(this, "JobsDeadLetters");
    this.jobsQueue = this.workQueue(platform, "Jobs", this.jobsDeadLetters, VISIBILITY);
    openQueueToRules(this.jobsQueue);
    this.launchDeadLetters = platform.deadLetterQueue(this, "LaunchDeadLetters");
    const launchTimeout = Duration.seconds(30);
    // Six times the function's time-out, as AWS advises for queues that feed functions.
    this.launchQueue = this.workQueue(platform, "Launches", this.launchDeadLetters, Duration.seconds(180));
    this.processor = this.createProcessor(platform);
    this.ownContainers = this.createOwnContainers(platform);
    this.launchUpload = this.createLaunchUpload(platform, launchTimeout);
    this.failedJobs = new FailedJobAlerts(this, "FailedJobAlerts", { platform });
    for (const pipeline of platform.pipelines) this.createRules(pipeline, platform);
    operatorOutput(this, "JobsQueueUrl", this.jobsQueue.queueUrl, "Small objects that wait for a worker");
  }

  /**
   * Gives jobs to the system past the rules, as the hourly batch does: `sqs:SendMessage` to the jobs queue, whose
   * messages are `jobMessage`, and to the launch queue, whose messages are `launchRequest` (events/jobs/).
   */
  grantStartJobs(grantee: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: ["sqs:SendMessage"],
      resourceArns: [this.jobsQueue.queueArn, this.launchQueue.queueArn],
    });
  }

  /** Small objects that wait for a worker or are in work. */
  metricBacklog(props?: MetricOptions): MathExpression {
    return new MathExpression({
      label: "Messages that wait or are in work",
      expression: "visible + inFlight",
      usingMetrics: { visible: this.metricWaiting(props), inFlight: this.metricInWork(props) },
      period: props?.period ?? Duration.minutes(1),
    });
  }

  /** Small objects that wait for a worker. */
  metricWaiting(props?: MetricOptions): Metric {
    return queueLength(this.jobsQueue, "visible", props);
  }

  /** Small objects that workers have. */
  metricInWork(props?: MetricOptions): Metric {
    return queueLength(this.jobsQueue, "inFlight", props);
  }

  /** Seconds for which the oldest small object has waited. */
  metricOldestWait(props?: MetricOptions): Metric {
    return this.jobsQueue.metricApproximateAgeOfOldestMessage({
      period: Duration.minutes(1),
      statistic: "Maximum",
      ...props,
    });
  }

  /** Launches that were refused or follow a failed attempt, and wait for their time. */
  metricLaunchesWaiting(props?: MetricOptions): MathExpression {
    const states = ["visible", "delayed"] as const;
    return sumOf(
      "Launches that wait",
      states.map((state) => queueLength(this.launchQueue, state, props)),
      props?.period,
    );
  }

  /** Milliseconds from the upload of an object to its task's launch; the 95th percentile by default. */
  metricLaunchLatency(props?: MetricOptions): Metric {
    return functionMetric("launch-upload", "LaunchLatency", { statistic: "p95", ...props });
  }

  /** Uploads and later tries, by what became of them. */
  metricLaunches(outcome: LaunchOutcome, props?: MetricOptions): Metric {
    return functionMetric("launch-upload", `Upload-${outcome}`, props);
  }

  private workQueue(platform: Platform, id: string, deadLetters: Queue, visibilityTimeout: Duration): Queue {
    return platform.encryption.useForQueue(
      new Queue(this, id, {
        visibilityTimeout,
        retentionPeriod: Duration.days(14),
        receiveMessageWaitTime: Duration.seconds(20),
        encryption: QueueEncryption.SQS_MANAGED,
        enforceSSL: true,
        deadLetterQueue: { queue: deadLetters, maxReceiveCount: JOB_MESSAGE_RECEIVES },
      }),
    );
  }

  private createProcessor(platform: Platform): Task {
    const { config, pipelines } = platform;
    const [first] = pipelines;
    if (!first) throw new RangeError("a platform has one pipeline at least");
    const processor = new Task(this, "Processor", {
      platform,
      name: "processor",
      image: containerImage(this, "Image", "processor", config.architecture),
      // Every launch overrides it for its object.
      size: taskSizeFor(first, 0),
      stopTimeout: Duration.seconds(60),
      environment: {
        JOBS_TABLE: platform.jobs.tableName,
        OBJECTS_TABLE: platform.objects.tableName,
        RESULTS_BUCKET: platform.results.bucketName,
        ...(platform.fileSystem && {
          LONGSHORE_KEEP_DOWNLOADS_ABOVE_BYTES: String(config.keepDownloadsAboveMiB * 2 ** 20),
        }),
      },
    });
    grantProcessing(platform, processor);
    return processor;
  }

  private createOwnContainers(platform: Platform): Map<string, Task> {
    const tasks = new Map<string, Task>();
    for (const pipeline of platform.pipelines) {
      const { name, container } = pipeline;
      if (!container) continue;
      const id = `${pascalCase(name)}Container`;
      tasks.set(name, new OwnContainer(this, id, { platform, pipeline, container }).task);
    }
    return tasks;
  }

  private createLaunchUpload(platform: Platform, timeout: Duration): NodeFunction {
    const { cluster, config, pipelines } = platform;
    const launch = new NodeFunction(this, "LaunchUpload", {
      folder: "launch-upload",
      description: "Runs a task for one large upload, and tries refused launches again",
      timeout,
      platform,
      deadLetterQueue: this.launchDeadLetters,
      environment: {
        JOBS_TABLE: platform.jobs.tableName,
        OBJECTS_TABLE: platform.objects.tableName,
        RESULTS_BUCKET: platform.results.bucketName,
        LAUNCH_QUEUE_URL: this.launchQueue.queueUrl,
        ...platform.incidents.environment(),
        CLUSTER: cluster.clusterName,
        TASK_DEFINITION: this.processor.definition.family,
        CONTAINER: this.processor.container.containerName,
        ...platform.taskPlacesEnvironment(),
      },
      deployment: {
        pipelines: [...pipelines],
        ownContainers: Object.fromEntries(
          [...this.ownContainers].map(([name, { definition, container }]) => [
            name,
            { taskDefinition: definition.family, container: container.containerName },
          ]),
        ),
      },
    });
    openFunctionToRules(launch.function);
    grantOnTable(platform.jobs, launch.role, "dynamodb:GetItem", "dynamodb:UpdateItem");
    grantOnTable(platform.objects, launch.role, "dynamodb:GetItem", "dynamodb:UpdateItem");
    this.launchQueue.grant(launch.role, "sqs:SendMessage");
    platform.incidents.grantRaise(launch.role);
    grantRunTask(launch, platform, [this.processor, ...this.ownContainers.values()]);
    launch.function.addEventSource(
      new SqsEventSource(this.launchQueue, {
        batchSize: 1,
        maxConcurrency: config.launchConcurrency,
        reportBatchItemFailures: true,
      }),
    );
    return launch;
  }

  private createRules(pipeline: Pipeline, platform: Platform): void {
    const rule = (lane: Lane) =>
      new Rule(this, `${pascalCase(pipeline.name)}${pascalCase(lane)}`, {
        description: `Uploads for pipeline ${pipeline.name}, ${lane} lane`,
        eventPattern: {
          ...objectCreatedPattern(platform.uploads.bucketName, pipeline, lane, platform.pipelines),
        } as never,
      });
    const input = new EventOfPipeline(pipeline.name);
    const { undelivered } = platform;
    if (pipeline.dedicatedAboveBytes > 0) {
      rule("pooled").addTarget(new RuleTarget(this.jobsQueue, undelivered, input));
    }
    rule("dedicated").addTarget(new RuleTarget(this.launchUpload.function, undelivered, input));
  }
}

/** What a container that processes uploads needs: read the object, write its result, move its job on. */
export function grantProcessing(platform: Platform, task: Task): void {
  const { taskRole } = task.definition;
  taskRole.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ["s3:GetObject", "s3:GetObjectVersion"],
      resources: [platform.uploads.arnForObjects("*")],
    }),
  );
  // Listing tells an object that is gone from one that is forbidden: without it S3 answers 403 to both.
  taskRole.addToPrincipalPolicy(
    new PolicyStatement({ actions: ["s3:ListBucket"], resources: [platform.uploads.bucketArn] }),
  );
  taskRole.addToPrincipalPolicy(
    new PolicyStatement({ actions: ["s3:PutObject"], resources: [platform.results.arnForObjects("*")] }),
  );
  if (platform.fileSystem) platform.fileSystem.mountCheckpoints(task);
  else grantCheckpoints(platform, task);
  grantOnTable(platform.jobs, taskRole, "dynamodb:GetItem", "dynamodb:UpdateItem");
  grantOnTable(platform.objects, taskRole, "dynamodb:GetItem", "dynamodb:UpdateItem");
}

/** Reads and removes what an earlier attempt has saved in the results bucket, and nothing else there. */
function grantCheckpoints(platform: Platform, { definition: { taskRole } }: Task): void {
  taskRole.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ["s3:DeleteObject", "s3:GetObject"],
      resources: [platform.results.arnForObjects(`${CHECKPOINTS_PREFIX}*`)],
    }),
  );
  taskRole.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ["s3:ListBucket"],
      resources: [platform.results.bucketArn],
      conditions: { StringLike: { "s3:prefix": `${CHECKPOINTS_PREFIX}*` } },
    }),
  );
}

/** The whole event and the pipeline that the rule stands for: what `jobMessage` reads. */
class EventOfPipeline extends RuleTargetInput {
  readonly #pipeline: string;

  constructor(pipeline: string) {
    super();
    this.#pipeline = pipeline;
  }

  bind(): RuleTargetInputProperties {
    return {
      inputPathsMap: {},
      inputTemplate: `{"pipeline":${JSON.stringify(this.#pipeline)},"event":<aws.events.event.json>}`,
    };
  }
}

/** `by-hour` → `ByHour`, for construct ids. */
function pascalCase(text: string): string {
  return text.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
