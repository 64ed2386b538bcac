import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import { ECSClient } from "@aws-sdk/client-ecs";
import middy from "@middy/core";
import * as z from "zod";
import { incidentDependencies, jobTableFrom } from "../kit/clients.ts";
import { readEnvironment } from "../kit/environment.ts";
import { traced } from "../kit/traced.ts";
import { type StopOverdueDependencies, stopOverdue } from "./stop-overdue.ts";

const environment = readEnvironment(
  z.object({
    JOBS_TABLE: z.string().min(1),
    OBJECTS_TABLE: z.string().min(1),
    INCIDENTS_TABLE: z.string().min(1),
    INCIDENT_DAYS: z.coerce.number().int().positive(),
    COUNTERS_TABLE: z.string().min(1),
    ALERTS_TOPIC_ARN: z.string().startsWith("arn:"),
    CLUSTER: z.string().min(1),
  }),
);

const logger = new Logger();
const metrics = new Metrics();

const table = jobTableFrom(environment, (refusal) => logger.warn("transition refused", { ...refusal }));

const incidents = incidentDependencies(table.client, environment);

const dependencies: Omit<StopOverdueDependencies, "incidents"> = {
  table,
  ecs: new ECSClient({}),
  cluster: environment.CLUSTER,
  now: () => new Date(),
};

/** Runs once a minute. */
export const handler = traced(
  [table.client, dependencies.ecs],
  middy()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics))
    .handler(async (_: unknown, { awsRequestId: invocation }): Promise<void> => {
      const { stopped, closed } = await stopOverdue({
        ...dependencies,
        incidents: { ...incidents, invocation },
      });
      if (stopped.length + closed.length > 0) logger.warn("overdue jobs", { stopped, closed });
      metrics.addMetric("OverdueJobs", MetricUnit.Count, stopped.length + closed.length);
    }),
);
