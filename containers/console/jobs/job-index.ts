import {
  BatchGetCommand,
  type BatchGetCommandOutput,
  type DynamoDBDocumentClient,
  QueryCommand,
} from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import { type JobItem, type JobStatus, jobItem, jobStatus } from "../../../events/jobs/job.ts";

/** The table's index of jobs by state: partition `status`, sort key `createdAt`. It is written when a state changes. */
export const BY_STATUS = "byStatus";

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
export type IndexEntry = z.output<typeof indexEntry>;

export interface IndexQuery {
  readonly status: JobStatus;
  /** Both inclusive, ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly limit: number;
}

export interface IndexPage {
  /** Newest first. */
  readonly entries: readonly IndexEntry[];
  /** Whether there are older ones. */
  readonly more: boolean;
}

/** The newest jobs of one state. */
export async function queryStatus({ client, jobsTable }: JobsInTable, query: IndexQuery): Promise<IndexPage> {
  const { status, from, to, limit } = query;
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand({
      TableName: jobsTable,
      IndexName: BY_STATUS,
      ScanIndexForward: false,
      Limit: limit,
      KeyConditionExpression: "#status = :status AND #createdAt BETWEEN :from AND :to",
      ProjectionExpression: "#jobId, #status, #createdAt, #pipeline, #key",
      ExpressionAttributeNames: {
        "#jobId": "jobId",
        "#status": "status",
        "#createdAt": "createdAt",
        "#pipeline": "pipeline",
        "#key": "key",
      },
      ExpressionAttributeValues: { ":status": status, ":from": from, ":to": to },
    }),
  );
  return { entries: Items.map((item) => indexEntry.parse(item)), more: LastEvaluatedKey !== undefined };
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
