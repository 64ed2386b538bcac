import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import middy from "@middy/core";
import type { SQSBatchResponse } from "aws-lambda";
import * as z from "zod";
import { jobFailure } from "../../events/incidents/job-failure.ts";
import { incidentDependencies } from "../kit/clients.ts";
import { readEnvironment } from "../kit/environment.ts";
import { raiseIncident } from "../kit/incidents/raise-incident.ts";
import { traced } from "../kit/traced.ts";
import { failedJobIncident } from "./failed-job-incident.ts";

const environment = readEnvironment(
  z.object({
    INCIDENTS_TABLE: z.string().min(1),
    INCIDENT_DAYS: z.coerce.number().int().positive(),
    COUNTERS_TABLE: z.string().min(1),
    ALERTS_TOPIC_ARN: z.string().startsWith("arn:"),
  }),
);

const logger = new Logger();
const metrics = new Metrics();
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
  marshallOptions: { removeUndefinedValues: true },
});
const incidents = incidentDependencies(client, environment);

const messages = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

/** Takes what workers say of jobs that have failed; one message's failure leaves the others done. */
export const handler = traced(
  [client],
  middy()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics))
    .handler(async (event: unknown): Promise<SQSBatchResponse> => {
      const batchItemFailures: SQSBatchResponse["batchItemFailures"] = [];
      for (const { messageId, body } of messages.parse(event).Records) {
        try {
          const failure = jobFailure.parse(JSON.parse(body));
          const incident = failedJobIncident(failure);
          const raised = await raiseIncident(incident, { ...incidents, invocation: messageId });
          logger.info(`failed job: ${raised}`, { jobId: failure.job.jobId, cause: failure.cause });
          metrics.addMetric(`Incident-${raised}`, MetricUnit.Count, 1);
        } catch (error) {
          logger.error("failed job not told", { messageId, error: error as Error });
          batchItemFailures.push({ itemIdentifier: messageId });
        }
      }
      return { batchItemFailures };
    }),
);
