import { type EcsContext, findTaskDefinition } from "../context.ts";
import { invalidParameter } from "../errors.ts";
import type { PlacementFailure } from "../instances/choose-instance.ts";
import { placeOnInstances } from "../instances/place-on-instances.ts";
import { requirementOf } from "../instances/requirement.ts";
import type { Deployment, Service } from "../model.ts";
import { clusterName } from "../names.ts";
import { checkRoles } from "../tasks/check-roles.ts";
import { launchTask } from "../tasks/launch.ts";
import { newTask } from "../tasks/new-task.ts";
import { placeTasks } from "../tasks/placement.ts";
import { taskTags } from "../tasks/task-tags.ts";
import { tasksOfService } from "./service-tasks.ts";

/**
 * Starts tasks of a service's deployment. @returns their ids
 * @throws AwsError when there is no capacity for them, or ECS may not take on their roles
 */
export function startServiceTasks(
  ecs: EcsContext,
  service: Service,
  deployment: Deployment,
  count: number,
): string[] {
  const cluster = ecs.clusters.get(clusterName(service.clusterArn));
  if (!cluster) return [];
  const { settings } = service;
  // One that was deregistered since goes on to serve, as on AWS.
  const definition = findTaskDefinition(ecs, deployment.taskDefinition);
  checkRoles(ecs.options, definition, {});
  const running: Record<string, number> = {};
  for (const task of tasksOfService(ecs, service)) {
    if (task.desiredStatus !== "RUNNING" || task.capacityProviderName === undefined) continue;
    running[task.capacityProviderName] = (running[task.capacityProviderName] ?? 0) + 1;
  }
  const group = `service:${service.serviceName}`;
  const capacity = placeTasks(cluster, deployment, count, running);
  const { placements, failures } = placeOnInstances(ecs, cluster, capacity, requirementOf(definition, {}), {
    group,
    constraints: [...definition.placementConstraints, ...(settings.placementConstraints ?? [])],
    strategy: settings.placementStrategy ?? [],
  });
  if (placements.length === 0 && failures.length > 0) throw noInstanceFits(failures);
  return placements.map((placement) => {
    const task = newTask(ecs.options, {
      cluster,
      definition,
      placement,
      overrides: {},
      group,
      startedBy: deployment.id,
      platformVersion: deployment.platformVersion,
      networkConfiguration: deployment.networkConfiguration,
      enableExecuteCommand: settings.enableExecuteCommand ?? false,
      tags: taskTags({
        propagated:
          settings.propagateTags === "SERVICE"
            ? service.tags
            : settings.propagateTags === "TASK_DEFINITION"
              ? definition.tags
              : [],
        managed: settings.enableECSManagedTags ?? false,
        clusterName: cluster.clusterName,
        serviceName: service.serviceName,
      }),
    });
    launchTask(ecs, task, definition, settings.loadBalancers, placement.wait);
    return task.taskArn.slice(task.taskArn.lastIndexOf("/") + 1);
  });
}

/** In the words of the service's event (ECS developer guide, service event messages). */
function noInstanceFits(failures: readonly PlacementFailure[]) {
  const reasons = [...new Set(failures.map(({ reason }) => reason))].join(", ");
  return invalidParameter(`no container instance met all of its requirements. Reasons: ${reasons}.`);
}
