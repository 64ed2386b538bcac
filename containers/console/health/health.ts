import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { HeadBucketCommand } from "@aws-sdk/client-s3";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { ConsoleClients } from "../clients.ts";
import type { ConsoleEnvironment } from "../environment.ts";

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
  readonly environment: Pick<ConsoleEnvironment, "JOBS_TABLE" | "UPLOADS_BUCKET" | "RESULTS_BUCKET">;
  readonly clients: Pick<ConsoleClients, "dynamo" | "s3">;
  /** Aborted when the service is to end: no new requests are to come here. */
  readonly stopping: AbortSignal;
}

/** Whether everything that the console cannot work without answers. */
export function createHealth({ environment, clients, stopping }: Dependencies): () => Promise<HealthReport> {
  const { dynamo, s3 } = clients;
  const { JOBS_TABLE, UPLOADS_BUCKET, RESULTS_BUCKET } = environment;
  const ask = async (): Promise<HealthReport> => {
    const options = { abortSignal: AbortSignal.timeout(TIMEOUT_MS) };
    const checks = await Promise.all([
      outcome(`table ${JOBS_TABLE}`, tableAnswers(dynamo, JOBS_TABLE, options)),
      ...[UPLOADS_BUCKET, RESULTS_BUCKET].map((Bucket) =>
        outcome(`bucket ${Bucket}`, s3.send(new HeadBucketCommand({ Bucket }), options)),
      ),
    ]);
    return { healthy: checks.every(([, state]) => state === "ok"), checks: Object.fromEntries(checks) };
  };
  let kept: Promise<HealthReport> | undefined;
  let askedAt = 0;
  return async () => {
    if (stopping.aborted) return { healthy: false, checks: { service: "stopping" } };
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
