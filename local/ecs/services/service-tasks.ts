import type { EcsContext } from "../context.ts";
import type { Service, Task } from "../model.ts";

/** The ARN of the service that a task belongs to; undefined for a task that nobody's scheduler started. */
export function serviceArnOfTask(task: Task): string | undefined {
  if (!task.startedBy?.startsWith("ecs-svc/") || !task.group.startsWith("service:")) return undefined;
  const prefix = task.taskArn.slice(0, task.taskArn.lastIndexOf("/")).replace(":task/", ":service/");
  return `${prefix}/${task.group.slice("service:".length)}`;
}

/** Tasks of a service that are still described. */
export function tasksOfService(ecs: EcsContext, service: Service): Task[] {
  return ecs.tasks.all().filter((task) => serviceArnOfTask(task) === service.serviceArn);
}

export function runningCount(tasks: readonly Task[]): number {
  return tasks.filter((task) => task.lastStatus === "RUNNING").length;
}

export function pendingCount(tasks: readonly Task[]): number {
  return tasks.filter((task) => ["PROVISIONING", "PENDING", "ACTIVATING"].includes(task.lastStatus)).length;
}
