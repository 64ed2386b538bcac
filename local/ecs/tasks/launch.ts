import type { EcsContext } from "../context.ts";
import type { Task, TaskDefinition } from "../model.ts";
import { TaskRun } from "./task-run.ts";

/** Starts to run a task that was accepted. */
export function launchTask(
  ecs: EcsContext,
  task: Task,
  definition: TaskDefinition,
  loadBalancers: readonly { targetGroupArn: string; containerName: string; containerPort: number }[] = [],
): void {
  const { options, engine, tasks: store } = ecs;
  const run = new TaskRun({ ecs: options, engine, store, task, definition, loadBalancers });
  ecs.runs.set(task.taskArn, run);
  store.add(task);
  run.start();
  void run.ended.then(() => ecs.runs.delete(task.taskArn));
}
