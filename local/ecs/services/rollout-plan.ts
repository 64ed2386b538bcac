/** A task of a service that has not been told to stop. */
export interface RolloutTask {
  readonly taskArn: string;
  /** Of the primary deployment, the one that tasks are started for. */
  readonly current: boolean;
  /** Running, and healthy where a container has a health check. */
  readonly healthy: boolean;
  readonly unhealthy: boolean;
  readonly protected: boolean;
  readonly createdAt: number;
}

export interface RolloutPlan {
  readonly start: number;
  readonly stop: readonly string[];
}

/**
 * The next step towards `desired` healthy tasks of the primary deployment, between the bounds of the deployment
 * configuration: at least ⌈desired × minimumHealthyPercent⌉ healthy, at most ⌊desired × maximumPercent⌋ in all
 * (ECS API reference, DeploymentConfiguration).
 */
export function planRollout(
  desired: number,
  bounds: { readonly minimumHealthyPercent: number; readonly maximumPercent: number },
  tasks: readonly RolloutTask[],
): RolloutPlan {
  const most = Math.max(desired, Math.floor((desired * bounds.maximumPercent) / 100));
  const fewest = Math.ceil((desired * bounds.minimumHealthyPercent) / 100);
  const unhealthy = tasks.filter((task) => task.unhealthy && !task.protected);
  const rest = tasks.filter((task) => !unhealthy.includes(task));
  const current = rest.filter((task) => task.current);
  const old = rest.filter((task) => !task.current);

  const surplus = inStopOrder(current).slice(0, Math.max(0, current.length - desired));
  const replaced = current.filter((task) => task.healthy).length >= desired;
  let spare = rest.filter((task) => task.healthy).length - fewest;
  const retired = inStopOrder(old).filter((task) => {
    if (replaced || !task.healthy) return true;
    spare -= 1;
    return spare >= 0;
  });

  const stop = [...unhealthy, ...surplus, ...retired];
  const left = tasks.length - stop.length;
  const wanted = desired - (current.length - surplus.length);
  return { start: Math.max(0, Math.min(wanted, most - left)), stop: stop.map((task) => task.taskArn) };
}

/** Protected tasks stay; those that do no work yet go first, then the oldest. */
function inStopOrder(tasks: readonly RolloutTask[]): RolloutTask[] {
  return tasks
    .filter((task) => !task.protected)
    .toSorted((a, b) => Number(a.healthy) - Number(b.healthy) || a.createdAt - b.createdAt);
}

/** Consecutive failures that trip the deployment circuit breaker (ECS developer guide): half the tasks, 3 to 200. */
export function circuitBreakerThreshold(desired: number): number {
  return Math.min(200, Math.max(3, Math.ceil(desired * 0.5)));
}

/** How long a service waits before its next start after `failures` in a row. */
export function restartDelayMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(500 * 2 ** (failures - 1), 5 * 60_000);
}
