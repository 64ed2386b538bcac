import { type DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { type JobItem, type JobStatus, jobItem } from "../../../events/jobs/job.ts";
import type { Cursor } from "./cursor.ts";

/** The table's index that lists jobs by time: partition `hour`, sort key `createdAt`. */
const INDEX = "byHour";

/** Pages of the index that one call reads at most when a filter leaves little of each. */
const MAX_READS = 4;

export interface JobsInTable {
  readonly client: DynamoDBDocumentClient;
  readonly jobsTable: string;
}

export interface HourQuery {
  readonly hour: string;
  readonly after?: Cursor["after"];
  readonly status?: JobStatus | undefined;
  readonly limit: number;
}

export interface HourPart {
  /** Newest first. */
  readonly jobs: readonly JobItem[];
  /** Where the hour goes on; absent at its end. */
  readonly after?: Cursor["after"];
}

/** Reads one hour's jobs, newest first. */
export async function readHour({ client, jobsTable }: JobsInTable, query: HourQuery): Promise<HourPart> {
  const { hour, status, limit } = query;
  const jobs: JobItem[] = [];
  let after = query.after;
  for (let read = 0; read < MAX_READS; read++) {
    const page = await client.send(
      new QueryCommand({
        TableName: jobsTable,
        IndexName: INDEX,
        ScanIndexForward: false,
        KeyConditionExpression: "#hour = :hour",
        ExpressionAttributeNames: { "#hour": "hour", ...(status ? { "#status": "status" } : {}) },
        ExpressionAttributeValues: { ":hour": hour, ...(status ? { ":status": status } : {}) },
        // A limit counts before the filter, so that with one a full page is read.
        ...(status ? { FilterExpression: "#status = :status" } : { Limit: limit - jobs.length }),
        ...(after ? { ExclusiveStartKey: { hour, ...after } } : {}),
      }),
    );
    jobs.push(...(page.Items ?? []).map((item) => jobItem.parse(item)));
    const last = page.LastEvaluatedKey;
    after = last && { createdAt: String(last.createdAt), jobId: String(last.jobId) };
    const kept = jobs.slice(0, limit);
    if (jobs.length > limit) return { jobs: kept, ...positionAfter(kept) };
    if (!after) return { jobs };
    if (jobs.length === limit) break;
  }
  return { jobs, ...(after ? { after } : {}) };
}

function positionAfter(jobs: readonly JobItem[]): Pick<HourPart, "after"> {
  const last = jobs.at(-1);
  return last ? { after: { createdAt: last.createdAt, jobId: last.jobId } } : {};
}
