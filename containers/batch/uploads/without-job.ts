import { setTimeout as pause } from "node:timers/promises";
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
  type DynamoDBDocumentClient,
} from "@aws-sdk/lib-dynamodb";
import type { Upload } from "./object-version.ts";

/** Items that one BatchGetItem takes. */
const BATCH = 100;
const MAX_TRIES = 8;

/** Those of the uploads that have no job. */
export async function withoutJob(
  client: DynamoDBDocumentClient,
  jobsTable: string,
  uploads: readonly Upload[],
): Promise<Upload[]> {
  const missing: Upload[] = [];
  for (let at = 0; at < uploads.length; at += BATCH) {
    const some = uploads.slice(at, at + BATCH);
    const known = await knownJobs(
      client,
      jobsTable,
      some.map(({ jobId }) => jobId),
    );
    missing.push(...some.filter(({ jobId }) => !known.has(jobId)));
  }
  return missing;
}

async function knownJobs(client: DynamoDBDocumentClient, table: string, ids: readonly string[]) {
  const known = new Set<string>();
  let request: BatchGetCommandInput["RequestItems"] = {
    [table]: { Keys: ids.map((jobId) => ({ jobId })), ProjectionExpression: "jobId" },
  };
  for (let tries = 1; request && Object.keys(request).length > 0; tries++) {
    const answer: BatchGetCommandOutput = await client.send(new BatchGetCommand({ RequestItems: request }));
    for (const { jobId } of answer.Responses?.[table] ?? []) known.add(String(jobId));
    request = answer.UnprocessedKeys;
    // A throttled table must not make all other objects look lost.
    if (tries === MAX_TRIES) throw new Error(`${table} left keys unread after ${MAX_TRIES} tries`);
    if (request && Object.keys(request).length > 0) await pause(50 * 2 ** tries);
  }
  return known;
}
