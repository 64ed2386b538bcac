import { setTimeout as pause } from "node:timers/promises";
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
  type DynamoDBDocumentClient,
} from "@aws-sdk/lib-dynamodb";
import { type JobItem, jobItem } from "./job.ts";

/** Where jobs are read. */
export interface JobsInTable {
  readonly client: DynamoDBDocumentClient;
  readonly jobsTable: string;
}

/** What BatchGetItem takes at once. Source: Amazon DynamoDB API reference. */
export const BATCH_GET_KEYS = 100;
/** DynamoDB leaves keys over when it is throttled or an answer would pass 16 MB. */
const MAX_TRIES = 8;
const FIRST_PAUSE_MS = 50;

/** Reads jobs by id; those that are gone are left out. In no order. @throws Error when the table is throttled for long */
export async function readJobs(table: JobsInTable, jobIds: readonly string[]): Promise<JobItem[]> {
  return (await readItems(table, jobIds)).map((item) => jobItem.parse(item));
}

/**
 * The items of jobs as they are stored, or the attributes of them that are asked for.
 * @param attributes all when undefined
 */
export async function readItems(
  table: JobsInTable,
  jobIds: readonly string[],
  attributes?: readonly string[],
): Promise<Record<string, unknown>[]> {
  const batches = Array.from({ length: Math.ceil(jobIds.length / BATCH_GET_KEYS) }, (_, index) =>
    jobIds.slice(index * BATCH_GET_KEYS, (index + 1) * BATCH_GET_KEYS),
  );
  return (await Promise.all(batches.map((ids) => readBatch(table, ids, attributes)))).flat();
}

async function readBatch(
  { client, jobsTable }: JobsInTable,
  jobIds: readonly string[],
  attributes: readonly string[] | undefined,
): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  let request: BatchGetCommandInput["RequestItems"] = {
    [jobsTable]: {
      Keys: jobIds.map((jobId) => ({ jobId })),
      ...(attributes && {
        ProjectionExpression: attributes.map((name) => `#${name}`).join(", "),
        ExpressionAttributeNames: Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
      }),
    },
  };
  for (let tries = 1; ; tries++) {
    const answer: BatchGetCommandOutput = await client.send(new BatchGetCommand({ RequestItems: request }));
    found.push(...(answer.Responses?.[jobsTable] ?? []));
    request = answer.UnprocessedKeys;
    if (!request || Object.keys(request).length === 0) return found;
    // A throttled table must not make jobs look as if they were gone.
    if (tries === MAX_TRIES) throw new Error(`${jobsTable} left keys unread after ${MAX_TRIES} tries`);
    await pause(FIRST_PAUSE_MS * 2 ** (tries - 1));
  }
}
