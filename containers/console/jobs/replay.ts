import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { type DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { BATCH_KEYS } from "../../../events/batch/batch-items.ts";
import { hourOf, type JobItem } from "../../../events/jobs/job.ts";
import { replayJob } from "../../../events/jobs/replay-job.ts";
import { Problem } from "../problem.ts";

export interface ReplayPlace {
  readonly client: DynamoDBDocumentClient;
  readonly jobsTable: string;
  readonly batchTable: string;
  readonly sqs: SQSClient;
  readonly jobsQueueUrl: string;
  readonly launchQueueUrl: string;
  /** ARN: account and region of what is sent. */
  readonly cluster: string;
  readonly now: () => Date;
}

/** Has a failed job tried again, and its hour's books made anew. @throws Problem 409 when it has not failed */
export async function replay(place: ReplayPlace, job: JobItem): Promise<JobItem> {
  const { client, jobsTable, batchTable, sqs, cluster, now } = place;
  const send = async (QueueUrl: string, message: unknown) => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
  };
  const outcome = await replayJob(
    { client, jobsTable },
    job,
    {
      sendJob: (message) => send(place.jobsQueueUrl, message),
      sendLaunch: (request) => send(place.launchQueueUrl, request),
    },
    { arn: cluster, reason: "Replay" },
    now(),
  );
  if (!outcome.done) {
    const status = outcome.current?.status ?? "gone";
    throw new Problem(409, "job", status, "a job is replayed once it has failed");
  }
  await client.send(
    new PutCommand({
      TableName: batchTable,
      Item: { ...BATCH_KEYS.openHours, sk: hourOf(job.createdAt), reason: "a failed job is tried again" },
    }),
  );
  return outcome.job;
}
