import type { EcsContext } from "../context.ts";
import { lastSegment } from "../names.ts";
import type { TaskRun } from "../tasks/task-run.ts";
import { serviceArnOfTask } from "./service-tasks.ts";

const PERIOD_MS = 60_000;
const MIB = 1024 * 1024;

/**
 * Reports CPUUtilization and MemoryUtilization of services once a minute while tasks run, as ECS does: what the
 * tasks use of what their task definition reserves. @returns what ends it
 */
export function watchUtilization(ecs: EcsContext): () => void {
  const { onMetric, clock } = ecs.options;
  if (!onMetric) return () => {};
  let cancel: (() => void) | undefined;
  let before = new Map<string, { cpu: number; at: number }>();
  const report = () => {
    cancel = undefined;
    const now = new Map<string, { cpu: number; at: number }>();
    const runs = [...ecs.runs.values()].filter((run) => run.task.lastStatus === "RUNNING");
    for (const run of runs) now.set(run.task.taskArn, { cpu: cpuOf(run), at: Date.now() });
    for (const [serviceArn, tasks] of Map.groupBy(runs, (run) => serviceArnOfTask(run.task))) {
      const [first] = tasks;
      if (serviceArn === undefined || !first) continue;
      const dimensions = {
        ClusterName: lastSegment(first.task.clusterArn),
        ServiceName: lastSegment(serviceArn),
      };
      const common = { namespace: "AWS/ECS", dimensions, unit: "Percent", timestamp: clock.now() } as const;
      const cpu = average(tasks.map((run) => cpuShare(run, before, now)));
      const memory = average(tasks.map(memoryShare));
      if (cpu !== undefined) onMetric({ ...common, name: "CPUUtilization", value: cpu });
      if (memory !== undefined) onMetric({ ...common, name: "MemoryUtilization", value: memory });
    }
    before = now;
    if (ecs.runs.size > 0) cancel = clock.schedule(PERIOD_MS, report);
  };
  ecs.tasks.onChange((task) => {
    if (task.lastStatus !== "RUNNING") return;
    if (!before.has(task.taskArn)) before.set(task.taskArn, { cpu: 0, at: Date.now() });
    cancel ??= clock.schedule(PERIOD_MS, report);
  });
  return () => cancel?.();
}

function cpuOf(run: TaskRun): number {
  return run.containers.reduce((sum, { handle }) => sum + (handle?.stats().cpuMilliseconds ?? 0), 0);
}

type Sample = ReadonlyMap<string, { cpu: number; at: number }>;

function cpuShare({ task }: TaskRun, before: Sample, now: Sample): number | undefined {
  const from = before.get(task.taskArn);
  const to = now.get(task.taskArn);
  const units = Number(task.cpu);
  if (!from || !to || !units || to.at <= from.at) return undefined;
  return ((to.cpu - from.cpu) / (to.at - from.at) / (units / 1024)) * 100;
}

function memoryShare({ task, containers }: TaskRun): number | undefined {
  const limit = Number(task.memory);
  if (!limit) return undefined;
  const used = containers.reduce((sum, { handle }) => sum + (handle?.stats().memoryBytes ?? 0), 0);
  return (used / (limit * MIB)) * 100;
}

function average(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length;
}
