import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { JobTable, RefusedTransition } from "../../events/jobs/job-table.ts";
import type { LaunchRequest } from "../../events/jobs/launch-request.ts";
import { alertWindows } from "./incidents/alert-window.ts";
import type { Alert } from "./incidents/compose-alert.ts";
import type { IncidentDependencies } from "./incidents/raise-incident.ts";
import { whenNeeded } from "./when-needed.ts";

/** The jobs tables that the environment names. @param onRefused is told of each refused transition */
export function jobTableFrom(
  environment: { JOBS_TABLE: string; OBJECTS_TABLE: string },
  onRefused: (refusal: RefusedTransition) => void,
): JobTable {
  return {
    client: DynamoDBDocumentClient.from(new DynamoDBClient({}), {
      marshallOptions: { removeUndefinedValues: true },
    }),
    jobsTable: environment.JOBS_TABLE,
    objectsTable: environment.OBJECTS_TABLE,
    onRefused,
  };
}

/** As `launchQueueSender` of send-launch.ts; most invocations put nothing off. */
export function launchQueueSender(
  queueUrl: string,
): (request: LaunchRequest, delaySeconds: number) => Promise<void> {
  return whenNeeded(async () => (await import("./send-launch.ts")).launchQueueSender(queueUrl));
}

/** As `alertPublisher` of publish-alert.ts; most invocations have nothing to tell. */
export function alertPublisher(topicArn: string): (alert: Alert) => Promise<void> {
  return whenNeeded(async () => (await import("./publish-alert.ts")).alertPublisher(topicArn));
}

/** Keeps incidents and publishes them, with the tables and the topic that the environment names. */
export function incidentDependencies(
  client: DynamoDBDocumentClient,
  environment: {
    INCIDENTS_TABLE: string;
    INCIDENT_DAYS: number;
    COUNTERS_TABLE: string;
    ALERTS_TOPIC_ARN: string;
  },
): Omit<IncidentDependencies, "invocation"> {
  return {
    table: { client, incidentsTable: environment.INCIDENTS_TABLE },
    keepDays: environment.INCIDENT_DAYS,
    windows: alertWindows(client, environment.COUNTERS_TABLE),
    publish: alertPublisher(environment.ALERTS_TOPIC_ARN),
    now: () => new Date(),
  };
}
