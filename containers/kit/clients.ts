import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

const CONNECT_TIMEOUT_MS = 3_000;
const MAX_SOCKETS = 64;
/** An answer of S3 that has begun and falls silent for so long is taken for broken off. */
const S3_SILENCE_MS = 30_000;

/** Connections stay open between requests: a handshake costs more than a small object's transfer. */
function requestHandler(requestTimeoutMs: number) {
  return {
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: requestTimeoutMs,
    // Without it the SDK warns and waits on: a call that nobody answers would hold its job for ever.
    throwOnRequestTimeout: true,
    httpAgent: new HttpAgent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
    httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
  };
}

/** Region, endpoint and credentials come from the environment, here and on AWS alike. */
export function createDynamoClient(): DynamoDBDocumentClient {
  const client = new DynamoDBClient({ maxAttempts: 6, requestHandler: requestHandler(5_000) });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/** Addresses buckets by path, which needs no name of a host for each bucket. */
export function createS3Client(): S3Client {
  return new S3Client({
    maxAttempts: 5,
    forcePathStyle: true,
    requestHandler: { ...requestHandler(60_000), socketTimeout: S3_SILENCE_MS },
  });
}

/** Waits longer than the longest long poll (20 s). */
export function createSqsClient(): SQSClient {
  return new SQSClient({ maxAttempts: 4, requestHandler: requestHandler(30_000) });
}
