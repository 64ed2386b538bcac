import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { WATCHED } from "../../events/jobs/job.ts";
import type { JobTable } from "../../events/jobs/job-table.ts";

/** What the index `byDeadline` says of a job whose task has run out of time. */
const overdueJob = z.object({
  jobId: z.string(),
  deadline: z.string(),
  taskArn: z.string(),
  attempt: z.int().min(1),
});
export type OverdueJob = z.infer<typeof overdueJob>;

/** Jobs whose deadline has passed, the most overdue first. @param now ISO 8601 */
export async function* overdueJobs({ client, jobsTable }: JobTable, now: string): AsyncGenerator<OverdueJob> {
  let start: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: jobsTable,
        IndexName: "byDeadline",
        KeyConditionExpression: "#watch = :watched AND #deadline < :now",
        ExpressionAttributeNames: { "#watch": "watch", "#deadline": "deadline" },
        ExpressionAttributeValues: { ":watched": WATCHED, ":now": now },
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    for (const item of Items) yield overdueJob.parse(item);
    start = LastEvaluatedKey;
  } while (start);
}
