import { setTimeout as pause } from "node:timers/promises";
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
  type DynamoDBDocumentClient,
} from "@aws-sdk/lib-dynamodb";
import { type JobStatus, jobStatus } from "../../../events/jobs/job.ts";

const MAX_TRIES = 8;

/**
 * The states of jobs by id, undefined for an item that cannot be read; jobs that are unknown are not there.
 * @param ids 100 at most, as BatchGetItem takes
 */
export async function readStatuses(
  client: DynamoDBDocumentClient,
  table: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, JobStatus | undefined>> {
  const known = new Map<string, JobStatus | undefined>();
  let request: BatchGetCommandInput["RequestItems"] = {
    [table]: {
      Keys: ids.map((jobId) => ({ jobId })),
      ProjectionExpression: "jobId, #status",
      ExpressionAttributeNames: { "#status": "status" },
    },
  };
  for (let tries = 1; request && Object.keys(request).length > 0; tries++) {
    const answer: BatchGetCommandOutput = await client.send(new BatchGetCommand({ RequestItems: request }));
    for (const { jobId, status } of answer.Responses?.[table] ?? []) {
      known.set(String(jobId), jobStatus.safeParse(status).data);
    }
    request = answer.UnprocessedKeys;
    // A throttled table must not make all other jobs look lost.
    if (tries === MAX_TRIES) throw new Error(`${table} left keys unread after ${MAX_TRIES} tries`);
    if (request && Object.keys(request).length > 0) await pause(50 * 2 ** tries);
  }
  return known;
}
