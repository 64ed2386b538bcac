import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { type JobItem, type JobStatus, jobItem, jobStatus } from "./job.ts";
import { objectIdOf } from "./job-id.ts";
import { type ConditionalWrite, claimNewest, type NewJob, superseded } from "./transitions.ts";

/** Where jobs are kept, and with which client; all that functions and containers need to move a job on. */
export interface JobTable {
  readonly client: DynamoDBDocumentClient;
  readonly jobsTable: string;
  /** The newest version seen of each key and pipeline. */
  readonly objectsTable: string;
  /** Told of each transition that its condition refused. */
  readonly onRefused?: (refusal: RefusedTransition) => void;
}

/** A transition that did not happen, with both states: the one that was asked for and the one that stands. */
export interface RefusedTransition {
  readonly jobId: string;
  /** Undefined for a write that changes no state, such as a lease. */
  readonly to: JobStatus | undefined;
  /** Undefined when there is no such job. */
  readonly from: JobStatus | undefined;
  readonly attempt: number | undefined;
  readonly heldBy: string | undefined;
}

/** What came of a conditional write: `refused` carries the item as it stands, when there is one. */
export type WriteOutcome =
  | { readonly done: true; readonly job: JobItem }
  | { readonly done: false; readonly current: JobItem | undefined };

/** Carries out one transition. A refusal is an answer, not an error. */
export async function applyWrite(
  table: Omit<JobTable, "objectsTable">,
  write: ConditionalWrite,
): Promise<WriteOutcome> {
  try {
    const { Attributes } = await table.client.send(
      new UpdateCommand({ TableName: table.jobsTable, ...write, ReturnValues: "ALL_NEW" }),
    );
    return { done: true, job: jobItem.parse(Attributes) };
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    const jobId = write.Key.jobId ?? "";
    const current = await readJob(table, jobId);
    const to = jobStatus.safeParse(write.ExpressionAttributeValues[":status"]).data;
    const { status: from, attempt, taskArn: heldBy } = current ?? {};
    table.onRefused?.({ jobId, to, from, attempt, heldBy });
    return { done: false, current };
  }
}

/** Reads a job, consistently. */
export async function readJob(
  table: Pick<JobTable, "client" | "jobsTable">,
  jobId: string,
): Promise<JobItem | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.jobsTable, Key: { jobId }, ConsistentRead: true }),
  );
  return Item === undefined ? undefined : jobItem.parse(Item);
}

/**
 * Makes the job of the newest version the one that counts for its key, and ends the one before it.
 * @returns the id of a newer job when there is one: then this job is itself superseded
 */
export async function supersedeOlder(table: JobTable, job: NewJob, now: string): Promise<string | undefined> {
  const objectId = objectIdOf(job, job.pipeline);
  try {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.objectsTable,
        ...claimNewest(objectId, job),
        ReturnValues: "ALL_OLD",
      }),
    );
    const older = Attributes?.jobId;
    if (typeof older === "string" && older !== job.jobId) {
      await applyWrite(table, superseded(older, job.jobId, now));
    }
    return undefined;
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.objectsTable, Key: { objectId }, ConsistentRead: true }),
    );
    const newer = String(Item?.jobId ?? "unknown");
    await applyWrite(table, superseded(job.jobId, newer, now));
    return newer;
  }
}

function isConditionFailure(error: unknown): boolean {
  return error instanceof Error && error.name === "ConditionalCheckFailedException";
}
