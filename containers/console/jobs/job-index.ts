import {
  BatchGetCommand,
  type BatchGetCommandOutput,
  type DynamoDBDocumentClient,
  QueryCommand,
} from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import { type JobItem, type JobStatus, jobItem, jobStatus } from "../../../events/jobs/job.ts";
import type { Page, PageKey } from "./newest-first.ts";

/** The table's index of jobs by state: partition `status`, sort key `createdAt`. It is written when a state changes. */
export const BY_STATUS = "byStatus";
/** The table's index of jobs by the hour of their creation: partition `hour`, sort key `createdAt`. */
const BY_HOUR = "byHour";

export interface JobsInTable {
  readonly client: DynamoDBDocumentClient;
  readonly jobsTable: string;
}

/** What the index has of a job. */
const indexEntry = z.object({
  jobId: z.string(),
  status: jobStatus,
  createdAt: z.string(),
  pipeline: z.string(),
  key: z.string(),
});
export interface IndexEntry extends z.output<typeof indexEntry> {
  /** The job itself, from an index that has all of it. */
  readonly item?: unknown;
}

interface Range {
  /** Both inclusive, ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly limit: number;
  /** Goes on after this one. */
  readonly after?: PageKey | undefined;
}

/** The newest jobs of one state. */
export async function queryStatus(
  { client, jobsTable }: JobsInTable,
  { status, ...range }: Range & { readonly status: JobStatus },
): Promise<Page<IndexEntry>> {
  const { Items = [], LastEvaluatedKey } = await client.send(
    newestOf(jobsTable, BY_STATUS, { name: "status", value: status }, range, {
      ProjectionExpression: "#jobId, #partition, #createdAt, #pipeline, #key",
      names: { "#jobId": "jobId", "#pipeline": "pipeline", "#key": "key" },
    }),
  );
  return { entries: Items.map((item) => indexEntry.parse(item)), next: LastEvaluatedKey };
}

/** The newest jobs of one hour, whatever their state: the index has all of a job. */
export async function queryHour(
  { client, jobsTable }: JobsInTable,
  { hour, ...range }: Range & { readonly hour: string },
): Promise<Page<IndexEntry>> {
  const { Items = [], LastEvaluatedKey } = await client.send(
    newestOf(jobsTable, BY_HOUR, { name: "hour", value: hour }, range),
  );
  return { entries: Items.map((item) => ({ ...indexEntry.parse(item), item })), next: LastEvaluatedKey };
}

function newestOf(
  TableName: string,
  IndexName: string,
  partition: { readonly name: string; readonly value: string },
  { from, to, limit, after }: Range,
  {
    names,
    ...projection
  }: { readonly ProjectionExpression?: string; readonly names?: Record<string, string> } = {},
): QueryCommand {
  return new QueryCommand({
    TableName,
    IndexName,
    ScanIndexForward: false,
    Limit: limit,
    ...(after && { ExclusiveStartKey: after }),
    KeyConditionExpression: "#partition = :partition AND #createdAt BETWEEN :from AND :to",
    ...projection,
    ExpressionAttributeNames: { "#partition": partition.name, "#createdAt": "createdAt", ...names },
    ExpressionAttributeValues: { ":partition": partition.value, ":from": from, ":to": to },
  });
}

/** What BatchGetItem takes at once. Source: Amazon DynamoDB API reference. */
const BATCH = 100;
/** DynamoDB leaves keys over when it is throttled or an answer would pass 16 MB. */
const MAX_ROUNDS = 5;

/** Reads jobs by id; those that are gone are left out. In no order. */
export async function readJobs(
  { client, jobsTable }: JobsInTable,
  jobIds: readonly string[],
): Promise<JobItem[]> {
  const batches = Array.from({ length: Math.ceil(jobIds.length / BATCH) }, (_, index) =>
    jobIds.slice(index * BATCH, (index + 1) * BATCH),
  );
  const read = async (ids: readonly string[]) => {
    const found: JobItem[] = [];
    let keys: Record<string, unknown>[] | undefined = ids.map((jobId) => ({ jobId }));
    for (let round = 0; keys && keys.length > 0 && round < MAX_ROUNDS; round++) {
      const answer: BatchGetCommandOutput = await client.send(
        new BatchGetCommand({ RequestItems: { [jobsTable]: { Keys: keys } } }),
      );
      for (const item of answer.Responses?.[jobsTable] ?? []) found.push(jobItem.parse(item));
      keys = answer.UnprocessedKeys?.[jobsTable]?.Keys;
    }
    if (keys && keys.length > 0)
      throw new Error(`DynamoDB left ${keys.length} jobs unread in ${MAX_ROUNDS} rounds`);
    return found;
  };
  return (await Promise.all(batches.map(read))).flat();
}
