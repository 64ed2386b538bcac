import { DescribeTasksCommand, type ECSClient, paginateListTasks, type Task } from "@aws-sdk/client-ecs";
import type { ClusterTask, TaskList } from "../api/schemas/cluster.ts";

/** Tasks that one answer has at most. */
const MAX_TASKS = 1_000;
/** What DescribeTasks takes at once. Source: Amazon ECS API reference. */
const BATCH = 100;

/** Tasks of the cluster by state. Stopped ones are known to ECS for about an hour. */
export async function listTasks(
  ecs: ECSClient,
  cluster: string,
  state: "running" | "stopped",
): Promise<TaskList> {
  const desiredStatus = state === "running" ? "RUNNING" : "STOPPED";
  const arns: string[] = [];
  for await (const { taskArns = [] } of paginateListTasks({ client: ecs }, { cluster, desiredStatus })) {
    arns.push(...taskArns);
    if (arns.length > MAX_TASKS) break;
  }
  const listed = arns.slice(0, MAX_TASKS);
  const batches = Array.from({ length: Math.ceil(listed.length / BATCH) }, (_, index) =>
    ecs.send(new DescribeTasksCommand({ cluster, tasks: listed.slice(index * BATCH, (index + 1) * BATCH) })),
  );
  const tasks = (await Promise.all(batches))
    .flatMap(({ tasks = [] }) => tasks.map(taskView))
    .toSorted((a, b) => ((a.createdAt ?? "") < (b.createdAt ?? "") ? 1 : -1));
  return { tasks, counts: countTasks(tasks), truncated: arns.length > MAX_TASKS };
}

/** How many tasks of each capacity are in each state. */
export function countTasks(tasks: readonly ClusterTask[]): TaskList["counts"] {
  const counts = Map.groupBy(tasks, ({ capacity, lastStatus }) => JSON.stringify([capacity, lastStatus]));
  return [...counts.values()].flatMap(([first, ...others]) =>
    first ? [{ capacity: first.capacity, lastStatus: first.lastStatus, count: 1 + others.length }] : [],
  );
}

function taskView(task: Task): ClusterTask {
  const { taskArn = "", taskDefinitionArn = "", group = "", lastStatus = "", desiredStatus = "" } = task;
  return {
    taskArn,
    taskId: lastPart(taskArn),
    definition: lastPart(taskDefinitionArn),
    group,
    lastStatus,
    desiredStatus,
    capacity: task.capacityProviderName ?? task.launchType ?? "EC2",
    cpu: task.cpu === undefined ? undefined : Number(task.cpu),
    memoryMiB: task.memory === undefined ? undefined : Number(task.memory),
    health: task.healthStatus ?? "UNKNOWN",
    createdAt: task.createdAt?.toISOString(),
    startedAt: task.startedAt?.toISOString(),
    stoppedAt: task.stoppedAt?.toISOString(),
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
  };
}

export function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}
