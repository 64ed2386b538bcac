import { type DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { type JobItem, jobItem } from "../../../events/jobs/job.ts";

/** A job of an hour, or an item that should be one and cannot be read. */
export type HourJob =
  | { readonly kind: "job"; readonly job: JobItem }
  | { readonly kind: "unreadable"; readonly jobId: string; readonly problem: string };

const timedJob = jobItem.refine(
  ({ createdAt, startedAt = createdAt, finishedAt = createdAt }) =>
    [createdAt, startedAt, finishedAt].every((time) => Number.isFinite(Date.parse(time))),
  { path: ["createdAt"], error: "times are ISO 8601" },
);

/** The jobs that became known in an hour, by time; one page at a time is in memory. */
export async function* hourJobs(
  client: DynamoDBDocumentClient,
  jobsTable: string,
  hour: string,
): AsyncGenerator<HourJob> {
  let start: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: jobsTable,
        IndexName: "byHour",
        KeyConditionExpression: "#hour = :hour",
        ExpressionAttributeNames: { "#hour": "hour" },
        ExpressionAttributeValues: { ":hour": hour },
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    for (const item of Items) {
      const parsed = timedJob.safeParse(item);
      if (parsed.success) {
        yield { kind: "job", job: parsed.data };
      } else {
        const [issue] = parsed.error.issues;
        const problem = `${issue?.path.join(".")}: ${issue?.message}`;
        yield { kind: "unreadable", jobId: String(item.jobId), problem };
      }
    }
    start = LastEvaluatedKey;
  } while (start);
}
