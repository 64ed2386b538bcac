import type { EcsContext } from "../context.ts";
import { clientError, invalidParameter } from "../errors.ts";
import type { Cluster } from "../model.ts";
import type { Placement } from "../tasks/placement.ts";
import type { TaskRun } from "../tasks/task-run.ts";
import { chooseInstance, type PlacementFailure, type PlacementRules, withTask } from "./choose-instance.ts";
import { hostsOf, instancesOf } from "./instances.ts";
import { managedScalingOf } from "./provider-settings.ts";
import type { Requirement } from "./requirement.ts";

/** A task that waits for an instance, in PROVISIONING. */
export interface WaitingTask {
  readonly run: TaskRun;
  readonly need: Requirement;
  readonly rules: PlacementRules;
}

/** What a task that waits looks for. */
export type Wait = Omit<WaitingTask, "run">;

/** A place for a task, or, with `wait`, none yet. */
export interface InstancePlacement extends Placement {
  readonly containerInstanceArn?: string | undefined;
  readonly wait?: Wait | undefined;
}

/** Tasks of a cluster that may wait for capacity (SDK, RunTask). */
const MAX_PROVISIONING = 500;

/**
 * Finds an instance for each task that is to run on one. Without room a task waits where the capacity provider's
 * managed scaling brings instances, and fails where it does not (quoted by AWS in PRX/Infrastructure #402).
 * @throws AwsError for a cluster without instances or with too many waiting tasks
 */
export function placeOnInstances(
  ecs: EcsContext,
  cluster: Cluster,
  capacity: readonly Placement[],
  need: Requirement,
  rules: PlacementRules,
): { placements: InstancePlacement[]; failures: PlacementFailure[] } {
  const placements: InstancePlacement[] = [];
  const failures: PlacementFailure[] = [];
  const taken = new Map<string, string[]>();
  for (const place of capacity) {
    if (place.launchType === "FARGATE") {
      placements.push(place);
      continue;
    }
    const provider = place.capacityProviderName;
    const scaled = provider !== undefined && managedScalingOf(ecs, provider) !== undefined;
    if (!scaled && instancesOf(ecs, cluster.clusterArn).length === 0) {
      throw invalidParameter("No Container Instances were found in your cluster.");
    }
    const hosts = hostsOf(ecs, cluster.clusterArn, provider).map((host) =>
      (taken.get(host.containerInstanceArn) ?? []).reduce((one, group) => withTask(one, need, group), host),
    );
    const choice = chooseInstance(hosts, need, rules, Math.random);
    if (choice.host) {
      const { containerInstanceArn } = choice.host;
      taken.set(containerInstanceArn, [...(taken.get(containerInstanceArn) ?? []), rules.group]);
      placements.push({ ...place, containerInstanceArn });
    } else if (scaled) placements.push({ ...place, wait: { need, rules } });
    else failures.push(...choice.failures);
  }
  const waiting = placements.filter(({ wait }) => wait).length;
  if (waiting > 0 && waitingIn(ecs, cluster.clusterArn).length + waiting > MAX_PROVISIONING) {
    throw clientError(
      `The cluster has the most tasks in PROVISIONING that are allowed, ${MAX_PROVISIONING}.`,
    );
  }
  return { placements, failures };
}

export function waitingIn(ecs: EcsContext, cluster: string): WaitingTask[] {
  return [...ecs.waiting.values()].filter(({ run }) => run.task.clusterArn === cluster);
}

/** Gives waiting tasks, the oldest first, whatever room there is now. */
export function placeWaitingTasks(ecs: EcsContext): void {
  if (ecs.draining) return;
  for (const [taskArn, { run, need, rules }] of ecs.waiting) {
    if (run.stopping) continue;
    const hosts = hostsOf(ecs, run.task.clusterArn, run.task.capacityProviderName);
    const { host } = chooseInstance(hosts, need, rules, Math.random);
    if (!host) continue;
    ecs.waiting.delete(taskArn);
    ecs.tasks.amend(run.task, { containerInstanceArn: host.containerInstanceArn });
    run.start();
  }
}
