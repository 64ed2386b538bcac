import type { EcsContext } from "../context.ts";
import { placeWaitingTasks, type Wait } from "../instances/place-on-instances.ts";
import type { Task, TaskDefinition } from "../model.ts";
import { TaskRun } from "./task-run.ts";

/** Starts to run a task that was accepted; one that waits for a container instance, as soon as it has one. */
export function launchTask(
  ecs: EcsContext,
  task: Task,
  definition: TaskDefinition,
  loadBalancers: readonly { targetGroupArn: string; containerName: string; containerPort: number }[] = [],
  wait?: Wait,
): void {
  const { options, engine, tasks: store } = ecs;
  const run = new TaskRun({ ecs: options, engine, store, task, definition, loadBalancers });
  ecs.runs.set(task.taskArn, run);
  store.add(task);
  if (wait) ecs.waiting.set(task.taskArn, { run, ...wait });
  else run.start();
  void run.ended.then(() => {
    ecs.runs.delete(task.taskArn);
    ecs.waiting.delete(task.taskArn);
    if (ecs.waiting.size > 0) placeWaitingTasks(ecs);
  });
}
