import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import * as z from "zod";
import { ecsTaskStateChange } from "../../events/aws/ecs-task-state-change.ts";
import { architecture } from "../../events/prices.ts";
import { incidentDependencies, jobTableFrom, launchQueueSender } from "../kit/clients.ts";
import { readDeployment } from "../kit/deployment.ts";
import { readEnvironment } from "../kit/environment.ts";
import { traced } from "../kit/traced.ts";
import { whenNeeded } from "../kit/when-needed.ts";
import { onTaskStopped, type StoppedTaskDependencies } from "./on-task-stopped.ts";

const environment = readEnvironment(
  z.object({
    JOBS_TABLE: z.string().min(1),
    OBJECTS_TABLE: z.string().min(1),
    INCIDENTS_TABLE: z.string().min(1),
    INCIDENT_DAYS: z.coerce.number().int().positive(),
    COUNTERS_TABLE: z.string().min(1),
    LAUNCH_QUEUE_URL: z.url(),
    ALERTS_TOPIC_ARN: z.string().startsWith("arn:"),
    ARCHITECTURE: architecture,
    INSTANCE_TYPE: z.string().min(1).optional(),
    CONSOLE_URL: z.url().optional(),
  }),
);

const logger = new Logger();
const metrics = new Metrics();
const table = jobTableFrom(environment, (refusal) => logger.warn("transition refused", { ...refusal }));

const incidents = incidentDependencies(table.client, environment);

const dependencies: Omit<StoppedTaskDependencies, "incidents"> = {
  table,
  pipelines: readDeployment().pipelines,
  priceBasis: { architecture: environment.ARCHITECTURE, instanceType: environment.INSTANCE_TYPE },
  readFacts: whenNeeded(async () => (await import("./read-facts.ts")).factsReader()),
  sendLater: launchQueueSender(environment.LAUNCH_QUEUE_URL),
  readTaskDefinition: whenNeeded(async () => (await import("./task-definition.ts")).taskDefinitionReader()),
  readLog: whenNeeded(async () => (await import("./read-log.ts")).logReader()),
  consoleUrl: environment.CONSOLE_URL,
  onMissing: (what, error) => logger.warn(`cannot read ${what}`, error as Error),
  now: () => new Date(),
};

/** Takes `ECS Task State Change` events of stopped tasks. */
export const handler = traced(
  [table.client],
  middy()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics))
    .handler(async (event: unknown, { awsRequestId: invocation }): Promise<void> => {
      const change = ecsTaskStateChange.parse(event);
      const outcome = await onTaskStopped(change, {
        ...dependencies,
        incidents: { ...incidents, invocation },
      });
      logger.info(`stopped task: ${outcome.settlement}`, { taskArn: change.detail.taskArn, ...outcome });
      metrics.addMetric(`StoppedTask-${outcome.settlement}`, MetricUnit.Count, 1);
      if (outcome.cause) metrics.addMetric(`Fault-${outcome.cause}`, MetricUnit.Count, 1);
      if (outcome.incident) metrics.addMetric(`Incident-${outcome.incident}`, MetricUnit.Count, 1);
    }),
);
