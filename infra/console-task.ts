import { Duration, Lazy, Stack } from "aws-cdk-lib";
import type { HealthCheck } from "aws-cdk-lib/aws-ecs";
import { Rule } from "aws-cdk-lib/aws-events";
import { type IRole, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct, IConstruct } from "constructs";
import { JOB_INDEXES } from "../events/jobs/job-indexes.ts";
import type { ConsoleTokens } from "./console-tokens.ts";
import { containerImage } from "./container-image.ts";
import { grantOnTable, grantQuery } from "./grants.ts";
import type { HourlyBatch } from "./hourly-batch.ts";
import { priceEnvironment } from "./instance-size.ts";
import { NodeFunction } from "./node-function.ts";
import type { Platform } from "./platform.ts";
import type { QueueWorkers } from "./queue-workers.ts";
import { Task } from "./task-definition.ts";
import type { UploadProcessing } from "./upload-processing.ts";

export interface ConsoleTaskProps {
  readonly platform: Platform;
  readonly uploads: UploadProcessing;
  readonly workers: QueueWorkers;
  readonly batch: HourlyBatch;
}

export const CONSOLE_PORT = 8080;

/** Without a load balancer, what replaces a task that answers no more. */
const HEALTH_CHECK: HealthCheck = {
  command: ["CMD", "node", "containers/console/check-health.ts"],
  interval: Duration.seconds(30),
  timeout: Duration.seconds(10),
  retries: 3,
  startPeriod: Duration.seconds(60),
};

/** The console's task, with what it shows and what its administrators may do. */
export function consoleTask(scope: Construct, tokens: ConsoleTokens, props: ConsoleTaskProps): Task {
  const { platform, uploads, workers, batch } = props;
  const { config, pipelines } = platform;
  const stack = Stack.of(scope);
  const task = new Task(scope, "Task", {
    platform,
    name: "console",
    image: containerImage(scope, "Image", "console", config.architecture),
    size: { cpu: 256, memoryMiB: 512 },
    portMappings: [{ containerPort: CONSOLE_PORT }],
    ...(config.loadBalancer === "none" ? { healthCheck: HEALTH_CHECK } : {}),
    secrets: tokens.secrets(),
    environment: {
      PORT: String(CONSOLE_PORT),
      JOBS_TABLE: platform.jobs.tableName,
      INCIDENTS_TABLE: platform.incidents.incidents.tableName,
      BATCH_TABLE: batch.table.tableName,
      UPLOADS_BUCKET: platform.uploads.bucketName,
      RESULTS_BUCKET: platform.results.bucketName,
      JOBS_QUEUE_URL: uploads.jobsQueue.queueUrl,
      LAUNCH_QUEUE_URL: uploads.launchQueue.queueUrl,
      CLUSTER: platform.cluster.clusterArn,
      // Constructs that come after this one have dead-letter queues as well.
      QUEUES: Lazy.string({ produce: () => stack.toJsonString(queuesOf(platform, uploads)) }),
      LOGS: stack.toJsonString({
        worker: logPlaceOf(workers.worker),
        processor: logPlaceOf(uploads.processor),
        own: Object.fromEntries(
          [...uploads.ownContainers].flatMap(([pipeline, own]) => {
            const place = logPlaceOf(own);
            return place ? [[pipeline, place]] : [];
          }),
        ),
      }),
      PIPELINES: JSON.stringify(pipelines),
      ...priceEnvironment(config),
      WORKER: JSON.stringify(batch.workerBasis),
      MAX_UPLOAD_BYTES: String(config.maxUploadGib * 1024 ** 3),
      // A Network Load Balancer passes connections on as they are.
      PROXIES: config.loadBalancer === "alb" ? "1" : "0",
    },
  });
  platform.fileSystem?.mountUploads(task);
  const { taskRole } = task.definition;
  grantJobs(props, taskRole);
  grantObjects(props, taskRole);
  grantCluster(platform, taskRole);
  grantReplay(scope, taskRole);
  return task;
}

/** As `logPlaces` of containers/console/jobs/job-log.ts reads it; undefined where CloudWatch Logs has no lines. */
function logPlaceOf({ logGroup, container }: Task): { group: string; container: string } | undefined {
  return logGroup && { group: logGroup.logGroupName, container: container.containerName };
}

/** By the names that alarms and the command line use. */
function queuesOf(platform: Platform, { jobsQueue, launchQueue }: UploadProcessing) {
  const urls = platform.deadLetters.queues.map(({ name, queue }) => [name, queue.queueUrl]);
  return {
    work: { jobs: jobsQueue.queueUrl, launches: launchQueue.queueUrl },
    deadLetters: Object.fromEntries(urls),
  };
}

function grantJobs({ platform, batch, uploads, workers }: ConsoleTaskProps, role: IRole): void {
  // A failed job is tried again by a write.
  grantOnTable(
    platform.jobs,
    role,
    ...["dynamodb:BatchGetItem", "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:UpdateItem"],
  );
  grantQuery(platform.jobs, JOB_INDEXES.byTime.name, role);
  grantQuery(platform.jobs, JOB_INDEXES.byStanding.name, role);
  const { incidents } = platform.incidents;
  grantOnTable(incidents, role, "dynamodb:GetItem");
  grantQuery(incidents, "byDay", role);
  grantQuery(incidents, "byJob", role);
  // Rollups are read, and the hour of a job that is tried again is opened.
  grantOnTable(batch.table, role, "dynamodb:PutItem", "dynamodb:Query");
  for (const queue of [uploads.jobsQueue, uploads.launchQueue]) queue.grant(role, "sqs:SendMessage");
  const tasks = [workers.worker, uploads.processor, ...uploads.ownContainers.values()];
  const readable = tasks.flatMap(({ logGroup }) => logGroup?.logGroupArn ?? []);
  if (readable.length === 0) return;
  role.addToPrincipalPolicy(new PolicyStatement({ actions: ["logs:FilterLogEvents"], resources: readable }));
}

/** What a presigned form or link may do is what its signer may do. */
function grantObjects({ platform: { uploads, results } }: ConsoleTaskProps, role: IRole): void {
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"],
      resources: [uploads.arnForObjects("*")],
    }),
  );
  role.addToPrincipalPolicy(
    new PolicyStatement({ actions: ["s3:GetObject"], resources: [results.arnForObjects("*")] }),
  );
  role.addToPrincipalPolicy(
    new PolicyStatement({ actions: ["s3:ListBucket"], resources: [uploads.bucketArn, results.bucketArn] }),
  );
}

function grantCluster({ cluster }: Platform, role: IRole): void {
  const stack = Stack.of(cluster);
  const inCluster = (resource: string) =>
    stack.formatArn({ service: "ecs", resource, resourceName: `${cluster.clusterName}/*` });
  const conditions = { ArnEquals: { "ecs:cluster": cluster.clusterArn } };
  role.addToPrincipalPolicy(
    new PolicyStatement({ actions: ["ecs:DescribeTasks"], resources: [inCluster("task")], conditions }),
  );
  role.addToPrincipalPolicy(
    new PolicyStatement({ actions: ["ecs:DescribeServices"], resources: [inCluster("service")], conditions }),
  );
  role.addToPrincipalPolicy(
    // Neither knows a resource here: the cluster narrows them.
    new PolicyStatement({ actions: ["ecs:ListServices", "ecs:ListTasks"], resources: ["*"], conditions }),
  );
  role.addToPrincipalPolicy(new PolicyStatement({ actions: ["cloudwatch:GetMetricData"], resources: ["*"] }));
  role.addToPrincipalPolicy(
    new PolicyStatement({
      // AWS knows no resource for it.
      actions: ["application-autoscaling:DescribeScalingActivities"],
      resources: ["*"],
    }),
  );
}

/**
 * Dead letters go back to where they came from: any queue, rule target or function of the stack, whenever in its
 * construction that is made.
 */
function grantReplay(scope: Construct, role: IRole): void {
  const stack = Stack.of(scope);
  const arnsOf = <Found extends IConstruct>(
    type: new (...args: never[]) => Found,
    arn: (found: Found) => string,
  ) =>
    Lazy.list({
      produce: () =>
        stack.node
          .findAll()
          .filter((construct): construct is Found => construct instanceof type)
          .map(arn),
    });
  const queues = arnsOf(Queue, ({ queueArn }) => queueArn);
  const grants: readonly (readonly [actions: string[], resources: string[]])[] = [
    [
      [
        ...["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"],
        ...["sqs:ListDeadLetterSourceQueues", "sqs:ReceiveMessage", "sqs:SendMessage"],
      ],
      queues,
    ],
    [["events:ListTargetsByRule"], arnsOf(Rule, ({ ruleArn }) => ruleArn)],
    [["lambda:InvokeFunction"], arnsOf(NodeFunction, (found) => found.function.functionArn)],
    [["lambda:ListFunctions"], ["*"]],
  ];
  for (const [actions, resources] of grants) {
    role.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
  }
}
