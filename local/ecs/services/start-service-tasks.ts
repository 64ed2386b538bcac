import { type EcsContext, findTaskDefinition } from "../context.ts";
import type { Deployment, Service } from "../model.ts";
import { clusterName } from "../names.ts";
import { launchTask } from "../tasks/launch.ts";
import { newTask } from "../tasks/new-task.ts";
import { placeTasks } from "../tasks/placement.ts";
import { taskTags } from "../tasks/task-tags.ts";
import { tasksOfService } from "./service-tasks.ts";

/**
 * Starts tasks of a service's deployment. @returns their ids
 * @throws AwsError when there is no capacity for them
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
  const running: Record<string, number> = {};
  for (const task of tasksOfService(ecs, service)) {
    if (task.desiredStatus !== "RUNNING" || task.capacityProviderName === undefined) continue;
    running[task.capacityProviderName] = (running[task.capacityProviderName] ?? 0) + 1;
  }
  return placeTasks(cluster, deployment, count, running).map((placement) => {
    const task = newTask(ecs.options, {
      cluster,
      definition,
      placement,
      overrides: {},
      group: `service:${service.serviceName}`,
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
    launchTask(ecs, task, definition, settings.loadBalancers);
    return task.taskArn.slice(task.taskArn.lastIndexOf("/") + 1);
  });
}
