import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ECSClient } from "@aws-sdk/client-ecs";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { STSClient } from "@aws-sdk/client-sts";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { type JobItem, jobItem } from "../../../events/jobs/job.ts";
import { until } from "./until.ts";

/** SDK clients as an administrator would make them. */
export function adminClients(endpoint: string) {
  return clientsOf(endpoint, { accessKeyId: "admin", secretAccessKey: "admin" });
}

/** SDK clients that sign with the given credentials. */
export function clientsOf(
  endpoint: string,
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string },
) {
  const connection = { endpoint, region: "us-east-1", credentials };
  return {
    s3: new S3Client(connection),
    dynamo: DynamoDBDocumentClient.from(new DynamoDBClient(connection)),
    ecs: new ECSClient(connection),
    logs: new CloudWatchLogsClient(connection),
    autoScaling: new ApplicationAutoScalingClient(connection),
    cloudWatch: new CloudWatchClient(connection),
    events: new EventBridgeClient(connection),
    lambda: new LambdaClient(connection),
    sqs: new SQSClient(connection),
    sts: new STSClient(connection),
  };
}
export type Clients = ReturnType<typeof adminClients>;

export async function allJobs({ dynamo }: Clients, table: string): Promise<JobItem[]> {
  const jobs: JobItem[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await dynamo.send(
      new ScanCommand({
        TableName: table,
        ConsistentRead: true,
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      }),
    );
    jobs.push(...(page.Items ?? []).map((item) => jobItem.parse(item)));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return jobs;
}

/** The job of a key, once it is final. */
export function finishedJob(
  clients: Clients,
  table: string,
  key: string,
  timeoutMs?: number,
): Promise<JobItem> {
  return until(
    `the job of ${JSON.stringify(key)} is final`,
    async () => {
      const jobs = await allJobs(clients, table);
      return jobs.find(
        (job) => job.key === key && ["succeeded", "failed", "superseded"].includes(job.status),
      );
    },
    timeoutMs,
  );
}
