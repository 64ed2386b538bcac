import { setTimeout } from "node:timers/promises";
import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import { ECSClient } from "@aws-sdk/client-ecs";
import middy from "@middy/core";
import type { Context } from "aws-lambda";
import * as z from "zod";
import { eventBridgeEvent } from "../../events/aws/event-bridge.ts";
import { type BatchLaunched, batchRequest } from "../../events/batch/batch-request.ts";
import { capacityProvider } from "../../events/pipeline.ts";
import { readEnvironment } from "../kit/environment.ts";
import { sharedBudget } from "../kit/shared-budget.ts";
import { taskPlacesFrom, taskPlacesVariables } from "../kit/task-places.ts";
import { traced } from "../kit/traced.ts";
import {
  type BatchSite,
  type BatchTrigger,
  type LaunchBatchDependencies,
  launchBatch,
} from "./launch-batch.ts";

const environment = readEnvironment(
  z.object({
    CLUSTER: z.string().min(1),
    COUNTERS_TABLE: z.string().min(1),
    TASK_DEFINITION: z.string().min(1),
    CONTAINER: z.string().min(1),
    CAPACITY: capacityProvider,
    ...taskPlacesVariables,
  }),
);

const logger = new Logger();
const metrics = new Metrics();
const ecs = new ECSClient({});
const site: BatchSite = {
  cluster: environment.CLUSTER,
  taskDefinition: environment.TASK_DEFINITION,
  container: environment.CONTAINER,
  capacity: environment.CAPACITY,
  ...taskPlacesFrom(environment),
};

const dependencies: LaunchBatchDependencies = {
  ecs,
  site,
  budget: sharedBudget(environment.COUNTERS_TABLE),
  now: Date.now,
  wait: setTimeout,
};

const scheduledEvent = eventBridgeEvent.extend({
  source: z.literal("aws.events"),
  "detail-type": z.literal("Scheduled Event"),
});

/** Takes the schedule's events, and requests for a batch by hand, which are answered with the task. */
export const handler = traced(
  [ecs],
  middy()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics))
    .handler(async (event: unknown, { awsRequestId }: Context): Promise<BatchLaunched> => {
      const trigger = triggerOf(event, awsRequestId);
      const launched = await launchBatch(trigger, dependencies);
      logger.info("batch launched", { ...launched, ...trigger });
      metrics.addMetric("BatchesLaunched", MetricUnit.Count, 1);
      return launched;
    }),
);

function triggerOf(event: unknown, requestId: string): BatchTrigger {
  const scheduled = scheduledEvent.safeParse(event);
  if (scheduled.success) return { kind: "schedule", time: scheduled.data.time };
  return { ...batchRequest.parse(event), requestId };
}
