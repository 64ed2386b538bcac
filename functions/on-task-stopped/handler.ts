import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import middy from "@middy/core";
import { z } from "zod";
import { ecsTaskStateChange } from "../../events/aws/ecs-task-state-change.ts";
import { keyFacts } from "../../events/jobs/job.ts";
import { pipelines } from "../../events/pipeline.ts";
import { alertPublisher, jobTableFrom, launchQueueSender } from "../kit/clients.ts";
import { jsonVariable, readEnvironment } from "../kit/environment.ts";
import { onTaskStopped, type StoppedTaskDependencies } from "./on-task-stopped.ts";

const environment = readEnvironment(
  z.object({
    JOBS_TABLE: z.string().min(1),
    OBJECTS_TABLE: z.string().min(1),
    LAUNCH_QUEUE_URL: z.url(),
    ALERTS_TOPIC_ARN: z.string().startsWith("arn:"),
    PIPELINES: jsonVariable(pipelines),
  }),
);

const logger = new Logger();
const metrics = new Metrics();
const s3 = new S3Client({});

/** A foreign container's document may be anything; only facts that people can read are taken from it. */
const documentWithFacts = z.object({ facts: keyFacts });

const dependencies: StoppedTaskDependencies = {
  table: jobTableFrom(environment),
  pipelines: environment.PIPELINES,
  readFacts: async ({ bucket, key }) => {
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const text = (await Body?.transformToString()) ?? "";
      return factsOf(text);
    } catch (error) {
      if (error instanceof Error && error.name === "NoSuchKey") return undefined;
      throw error;
    }
  },
  sendLater: launchQueueSender(environment.LAUNCH_QUEUE_URL),
  alert: alertPublisher(environment.ALERTS_TOPIC_ARN),
  now: () => new Date(),
};

function factsOf(text: string) {
  try {
    return documentWithFacts.parse(JSON.parse(text)).facts;
  } catch {
    return {};
  }
}

/** Takes `ECS Task State Change` events of stopped tasks. */
export const handler = middy()
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .handler(async (event: unknown): Promise<void> => {
    const change = ecsTaskStateChange.parse(event);
    const outcome = await onTaskStopped(change, dependencies);
    logger.info(`stopped task: ${outcome.kind}`, { taskArn: change.detail.taskArn, ...outcome });
    metrics.addMetric(`StoppedTask-${outcome.kind}`, MetricUnit.Count, 1);
  });
