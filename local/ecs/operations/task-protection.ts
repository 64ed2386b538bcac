import { z } from "zod";
import { type EcsContext, findCluster, findTask, taskArnOf } from "../context.ts";
import type { Cluster, Task } from "../model.ts";
import { serviceArnOfTask } from "../services/service-tasks.ts";

const DEFAULT_MINUTES = 120;

interface ProtectedTask {
  readonly taskArn: string;
  readonly protectionEnabled: boolean;
  /** Milliseconds since the epoch. */
  readonly expirationDate?: number;
}
interface Failure {
  readonly arn: string;
  readonly reason: string;
  readonly detail?: string;
}

/** Whether the service scheduler leaves a task alone when it scales in or deploys. */
export function isProtected(task: Task, now: number): boolean {
  const { protection } = task;
  return Boolean(protection?.protectionEnabled && (protection.expirationDate ?? 0) > now);
}

/** Sets or lifts a task's protection; only tasks of a service can be protected. */
export function setProtection(
  ecs: EcsContext,
  task: Task,
  enabled: boolean,
  expiresInMinutes = DEFAULT_MINUTES,
): ProtectedTask | Failure {
  const refusal = notProtectable(task);
  if (refusal) return refusal;
  const protection = enabled
    ? { protectionEnabled: true, expirationDate: ecs.options.clock.now() + expiresInMinutes * 60_000 }
    : { protectionEnabled: false };
  ecs.tasks.amend(task, { protection });
  const serviceArn = serviceArnOfTask(task);
  if (serviceArn !== undefined) ecs.reconcile(serviceArn);
  return { taskArn: task.taskArn, ...protection };
}

export function protectionOf(ecs: EcsContext, task: Task): ProtectedTask | Failure {
  const refusal = notProtectable(task);
  if (refusal) return refusal;
  return isProtected(task, ecs.options.clock.now())
    ? { taskArn: task.taskArn, protectionEnabled: true, ...task.protection }
    : { taskArn: task.taskArn, protectionEnabled: false };
}

function notProtectable(task: Task): Failure | undefined {
  if (serviceArnOfTask(task) === undefined) {
    return { arn: task.taskArn, reason: "TASK_NOT_VALID", detail: "The task is not part of a service." };
  }
  if (task.desiredStatus === "STOPPED") {
    return { arn: task.taskArn, reason: "TASK_NOT_VALID", detail: "The task is stopping or has stopped." };
  }
  return undefined;
}

export const updateTaskProtectionSchema = z.strictObject({
  cluster: z.string(),
  tasks: z.array(z.string()).min(1).max(10),
  protectionEnabled: z.boolean(),
  expiresInMinutes: z.int().min(1).max(2880).optional(),
});

export function updateTaskProtection(ecs: EcsContext, input: z.output<typeof updateTaskProtectionSchema>) {
  const cluster = findCluster(ecs, input.cluster);
  return answer(ecs, cluster, input.tasks, (task) =>
    setProtection(ecs, task, input.protectionEnabled, input.expiresInMinutes),
  );
}

export const getTaskProtectionSchema = z.strictObject({
  cluster: z.string(),
  tasks: z.array(z.string()).max(100).optional(),
});

export function getTaskProtection(ecs: EcsContext, input: z.output<typeof getTaskProtectionSchema>) {
  const cluster = findCluster(ecs, input.cluster);
  const running = () =>
    ecs.tasks
      .all()
      .filter((task) => task.clusterArn === cluster.clusterArn && task.desiredStatus === "RUNNING")
      .filter((task) => serviceArnOfTask(task) !== undefined)
      .map((task) => task.taskArn);
  return answer(ecs, cluster, input.tasks ?? running(), (task) => protectionOf(ecs, task));
}

function answer(
  ecs: EcsContext,
  cluster: Cluster,
  references: readonly string[],
  each: (task: Task) => ProtectedTask | Failure,
) {
  const results = references.map((reference) => {
    const task = findTask(ecs, cluster, reference);
    return task ? each(task) : { arn: taskArnOf(ecs, cluster, reference), reason: "MISSING" };
  });
  return {
    protectedTasks: results.flatMap((result) =>
      "taskArn" in result
        ? [
            {
              ...result,
              ...(result.expirationDate === undefined
                ? {}
                : { expirationDate: result.expirationDate / 1000 }),
            },
          ]
        : [],
    ),
    failures: results.filter((result) => "reason" in result),
  };
}
