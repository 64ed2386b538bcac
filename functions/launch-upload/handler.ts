import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import { ECSClient } from "@aws-sdk/client-ecs";
import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import * as z from "zod";
import { jobMessage } from "../../events/jobs/job-message.ts";
import { launchRequest } from "../../events/jobs/launch-request.ts";
import { incidentDependencies, jobTableFrom, launchQueueSender } from "../kit/clients.ts";
import { readDeployment } from "../kit/deployment.ts";
import { readEnvironment } from "../kit/environment.ts";
import { launchBudget } from "../kit/launch-budget.ts";
import { taskPlacesFrom, taskPlacesVariables } from "../kit/task-places.ts";
import { traced } from "../kit/traced.ts";
import type { LaunchDependencies } from "./launch.ts";
import { type HandledUpload, launchAgain, launchUpload } from "./launch-upload.ts";

const environment = readEnvironment(
  z.object({
    JOBS_TABLE: z.string().min(1),
    OBJECTS_TABLE: z.string().min(1),
    INCIDENTS_TABLE: z.string().min(1),
    INCIDENT_DAYS: z.coerce.number().int().positive(),
    COUNTERS_TABLE: z.string().min(1),
    RESULTS_BUCKET: z.string().min(1),
    LAUNCH_QUEUE_URL: z.url(),
    ALERTS_TOPIC_ARN: z.string().startsWith("arn:"),
    CLUSTER: z.string().min(1),
    TASK_DEFINITION: z.string().min(1),
    CONTAINER: z.string().min(1),
    ...taskPlacesVariables,
  }),
);
const { pipelines, ownContainers } = readDeployment();

const logger = new Logger();
const metrics = new Metrics();

const table = jobTableFrom(environment, (refusal) => logger.warn("transition refused", { ...refusal }));

const incidents = incidentDependencies(table.client, environment);

/** @param invocation the same when the same event or message is tried again */
const dependenciesOf = (invocation: string): LaunchDependencies => ({
  ...shared,
  incidents: { ...incidents, invocation },
});

const shared: Omit<LaunchDependencies, "incidents"> = {
  table,
  // Refusals are told apart and wait in the launch queue; retrying inside the call would only hide them.
  ecs: new ECSClient({ maxAttempts: 1 }),
  site: {
    cluster: environment.CLUSTER,
    processor: { taskDefinition: environment.TASK_DEFINITION, container: environment.CONTAINER },
    ownContainers,
    ...taskPlacesFrom(environment),
    resultsBucket: environment.RESULTS_BUCKET,
  },
  pipelines,
  sendLater: launchQueueSender(environment.LAUNCH_QUEUE_URL),
  budget: launchBudget(table.client, environment.COUNTERS_TABLE),
  now: () => new Date(),
  random: Math.random,
};

const sqsEvent = z.looseObject({
  Records: z.array(
    z.looseObject({ eventSource: z.literal("aws:sqs"), messageId: z.string(), body: z.string() }),
  ),
});

/** Takes uploads from the rules of the dedicated lane, and launches that wait in the launch queue. */
export const handler = traced(
  [table.client, shared.ecs],
  middy()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics))
    .handler(async (event: unknown, { awsRequestId }): Promise<SQSBatchResponse | undefined> => {
      const batch = sqsEvent.safeParse(event);
      if (batch.success) return launchBatch(event as SQSEvent);
      record(await launchUpload(jobMessage.parse(event), dependenciesOf(awsRequestId)));
      return undefined;
    }),
);

/** One message's failure leaves the others done. */
async function launchBatch({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const failures: SQSBatchResponse["batchItemFailures"] = [];
  for (const { messageId, body } of Records) {
    try {
      record(await launchAgain(launchRequest.parse(JSON.parse(body)), dependenciesOf(messageId)));
    } catch (error) {
      logger.error("launch failed", { messageId, error: error as Error });
      failures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures: failures };
}

function record(outcome: HandledUpload): void {
  logger.info(`upload ${outcome.kind}`, { ...outcome });
  metrics.addMetric(`Upload-${outcome.kind}`, MetricUnit.Count, 1);
  if (outcome.kind === "launched" && outcome.uploadedAt !== undefined) {
    // S3's events know whole seconds alone.
    const latency = Math.max(0, Date.now() - Date.parse(outcome.uploadedAt));
    metrics.addMetric("LaunchLatency", MetricUnit.Milliseconds, latency);
  }
}
