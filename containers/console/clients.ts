import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ECSClient } from "@aws-sdk/client-ecs";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

export interface ConsoleClients {
  readonly dynamo: DynamoDBDocumentClient;
  readonly s3: S3Client;
  /** Signs for the address at which browsers reach S3. */
  readonly publicS3: S3Client;
  readonly sqs: SQSClient;
  readonly ecs: ECSClient;
  readonly logs: CloudWatchLogsClient;
  readonly cloudwatch: CloudWatchClient;
  readonly autoScaling: ApplicationAutoScalingClient;
  readonly lambda: LambdaClient;
  readonly events: EventBridgeClient;
}

/** @param publicS3Endpoint where browsers reach S3, when that is elsewhere */
export function createClients(publicS3Endpoint: string | undefined): ConsoleClients {
  // A checksum in a signed link would be that of no bytes, and the browser's bytes would be refused.
  const plain: S3ClientConfig = { requestChecksumCalculation: "WHEN_REQUIRED" };
  const s3 = new S3Client(plain);
  return {
    dynamo: DynamoDBDocumentClient.from(new DynamoDBClient()),
    s3,
    publicS3: publicS3Endpoint
      ? new S3Client({ ...plain, endpoint: publicS3Endpoint, forcePathStyle: true })
      : s3,
    sqs: new SQSClient(),
    ecs: new ECSClient(),
    logs: new CloudWatchLogsClient(),
    cloudwatch: new CloudWatchClient(),
    autoScaling: new ApplicationAutoScalingClient(),
    lambda: new LambdaClient(),
    events: new EventBridgeClient(),
  };
}
