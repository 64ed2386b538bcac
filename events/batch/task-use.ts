import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import type { EcsTaskStateChange } from "../aws/ecs-task-state-change.ts";
import type { JobSpending, TaskUse } from "../jobs/job.ts";
import type { JobTable } from "../jobs/job-table.ts";
import { capacityProvider } from "../pipeline.ts";

type StoppedTask = EcsTaskStateChange["detail"];

/**
 * What a stopped task has used, for its job's cost.
 * @returns 0 ms for a task that never got as far as being billed; undefined for one whose event lacks its size or its end
 */
export function taskUseOf(task: StoppedTask): TaskUse | undefined {
  const from = Date.parse(String(task.pullStartedAt ?? task.startedAt ?? task.stoppedAt ?? ""));
  const to = Date.parse(task.stoppedAt ?? "");
  const cpu = Number(task.cpu);
  const memoryMiB = Number(task.memory);
  const capacity = capacityProvider.safeParse(task.capacityProviderName ?? task.launchType).data ?? "EC2";
  if (!(to >= from) || !(cpu > 0) || !(memoryMiB > 0)) return undefined;
  return { cpu, memoryMiB, capacity, ms: to - from, ...storageOf(task) };
}

/** The 20 GiB that come with every task are not counted. */
function storageOf({ ephemeralStorage, overrides }: StoppedTask): { ephemeralStorageGiB?: number } {
  const asked = ephemeralStorage ?? overrides?.ephemeralStorage;
  const gib = storage.safeParse(asked).data?.sizeInGiB;
  return gib === undefined ? {} : { ephemeralStorageGiB: gib };
}

const storage = z.looseObject({ sizeInGiB: z.int().min(21).max(200) });

/**
 * Writes down what a task of a job has used, and adds it to what the job has cost. The same task again changes nothing.
 * @param spending undefined when the price table does not have what the task ran on
 */
export async function recordTaskUse(
  { client, jobsTable }: JobTable,
  jobId: string,
  taskArn: string,
  use: TaskUse,
  spending: JobSpending | undefined,
): Promise<void> {
  const taskId = taskArn.slice(taskArn.lastIndexOf("/") + 1);
  const cost = spending && {
    set: ", #prices = :prices ADD #cost :cost, #taskMs :taskMs",
    names: { "#prices": "prices", "#cost": "cost", "#taskMs": "taskMs" },
    values: { ":prices": spending.prices, ":cost": spending.cost, ":taskMs": spending.taskMs },
  };
  const update = (UpdateExpression: string, condition: string, names: object, value: unknown) =>
    client.send(
      new UpdateCommand({
        TableName: jobsTable,
        Key: { jobId },
        UpdateExpression: `${UpdateExpression}${cost?.set ?? ""}`,
        ConditionExpression: `attribute_exists(#jobId) AND ${condition}`,
        ExpressionAttributeNames: { "#jobId": "jobId", "#tasks": "tasks", ...names, ...cost?.names },
        ExpressionAttributeValues: { ":value": value, ...cost?.values },
      }),
    );
  try {
    await update("SET #tasks = :value", "attribute_not_exists(#tasks)", {}, { [taskId]: use });
  } catch (error) {
    if (!isRefused(error)) throw error;
    // A path into a map needs the map: by now another task has made it.
    const isNew = "attribute_exists(#tasks) AND attribute_not_exists(#tasks.#task)";
    await update("SET #tasks.#task = :value", isNew, { "#task": taskId }, use).catch((again: unknown) => {
      if (!isRefused(again)) throw again; // The job is gone, or the task is known.
    });
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof Error && error.name === "ConditionalCheckFailedException";
}
