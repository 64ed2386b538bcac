import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { HeadBucketCommand, type S3Client } from "@aws-sdk/client-s3";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

/** Milliseconds for which an answer is given again, so that being asked often costs nothing. */
const KEPT_MS = 5_000;
/** Milliseconds after which something that does not answer counts as failing. */
const TIMEOUT_MS = 3_000;

export interface HealthReport {
  readonly healthy: boolean;
  /** By what was asked: `ok`, or the name of the error. */
  readonly checks: Readonly<Record<string, string>>;
}

export interface Dependencies {
  readonly dynamo: DynamoDBDocumentClient;
  readonly jobsTable: string;
  readonly s3: S3Client;
  readonly buckets: readonly string[];
}

/** Whether everything that the console cannot work without answers. */
export function createHealth({ dynamo, jobsTable, s3, buckets }: Dependencies): () => Promise<HealthReport> {
  const ask = async (): Promise<HealthReport> => {
    const options = { abortSignal: AbortSignal.timeout(TIMEOUT_MS) };
    const checks = await Promise.all([
      outcome(`table ${jobsTable}`, tableAnswers(dynamo, jobsTable, options)),
      ...buckets.map((Bucket) =>
        outcome(`bucket ${Bucket}`, s3.send(new HeadBucketCommand({ Bucket }), options)),
      ),
    ]);
    return { healthy: checks.every(([, state]) => state === "ok"), checks: Object.fromEntries(checks) };
  };
  let kept: Promise<HealthReport> | undefined;
  let askedAt = 0;
  return () => {
    if (!kept || performance.now() - askedAt > KEPT_MS) {
      askedAt = performance.now();
      kept = ask();
    }
    return kept;
  };
}

/** A table that is being made or deleted describes itself as well. */
async function tableAnswers(
  dynamo: DynamoDBDocumentClient,
  TableName: string,
  options: { abortSignal: AbortSignal },
): Promise<void> {
  const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }), options);
  const status = Table?.TableStatus ?? "unknown";
  if (status !== "ACTIVE" && status !== "UPDATING") throw Object.assign(new Error(), { name: status });
}

async function outcome(name: string, answer: Promise<unknown>): Promise<[string, string]> {
  try {
    await answer;
    return [name, "ok"];
  } catch (error) {
    return [name, error instanceof Error ? error.name : String(error)];
  }
}
