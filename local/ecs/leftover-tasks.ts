import type { EcsContext } from "./context.ts";

/** Closes the tasks that ran when the runtime was killed: their processes are gone, and an event must say so. */
export function stopLeftoverTasks(ecs: EcsContext): void {
  const { tasks, options } = ecs;
  tasks.publishRest();
  for (const task of tasks.all()) {
    if (task.lastStatus === "STOPPED" || ecs.runs.has(task.taskArn)) continue;
    const now = options.clock.now();
    for (const container of task.containers) {
      if (container.lastStatus === "STOPPED") continue;
      if (container.lastStatus === "RUNNING") container.exitCode = 137;
      container.lastStatus = "STOPPED";
    }
    for (const attachment of task.attachments) attachment.status = "DELETED";
    tasks.change(task, {
      lastStatus: "STOPPED",
      desiredStatus: "STOPPED",
      stopCode: task.stopCode ?? "InfrastructureHealth",
      stoppedReason: task.stoppedReason ?? "Host failure: the local runtime was killed while the task ran.",
      stoppingAt: task.stoppingAt ?? now,
      executionStoppedAt: now,
      stoppedAt: now,
    });
  }
}
