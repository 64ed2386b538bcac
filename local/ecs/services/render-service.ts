import type { EcsContext } from "../context.ts";
import type { Deployment, Service, Task } from "../model.ts";
import { deploymentBounds } from "./deployment.ts";
import { pendingCount, runningCount, tasksOfService } from "./service-tasks.ts";

/** A service as CreateService, UpdateService and DescribeServices answer it. */
export function serviceForApi(ecs: EcsContext, service: Service, withTags = false): Record<string, unknown> {
  const tasks = tasksOfService(ecs, service);
  const { settings } = service;
  return structuredClone({
    serviceArn: service.serviceArn,
    serviceName: service.serviceName,
    clusterArn: service.clusterArn,
    status: service.status,
    desiredCount: settings.desiredCount,
    runningCount: runningCount(tasks),
    pendingCount: pendingCount(tasks),
    launchType: settings.launchType,
    capacityProviderStrategy: settings.capacityProviderStrategy?.length
      ? settings.capacityProviderStrategy
      : undefined,
    platformVersion: settings.platformVersion ?? "LATEST",
    platformFamily: "Linux",
    taskDefinition: settings.taskDefinition,
    deploymentConfiguration: {
      deploymentCircuitBreaker: { enable: false, rollback: false },
      ...settings.deploymentConfiguration,
      ...deploymentBounds(service),
      strategy: "ROLLING",
    },
    deploymentController: { type: "ECS" },
    deployments: service.deployments.map((deployment) => deploymentForApi(deployment, tasks)),
    events: service.events.map((event) => ({ ...event, createdAt: event.createdAt / 1000 })),
    loadBalancers: settings.loadBalancers ?? [],
    serviceRegistries: [],
    networkConfiguration: settings.networkConfiguration,
    healthCheckGracePeriodSeconds: settings.healthCheckGracePeriodSeconds,
    placementConstraints: settings.placementConstraints ?? [],
    placementStrategy: settings.placementStrategy ?? [],
    schedulingStrategy: "REPLICA",
    availabilityZoneRebalancing: settings.availabilityZoneRebalancing,
    enableECSManagedTags: settings.enableECSManagedTags ?? false,
    propagateTags: settings.propagateTags ?? "NONE",
    enableExecuteCommand: settings.enableExecuteCommand ?? false,
    createdAt: service.createdAt / 1000,
    createdBy: service.createdBy,
    tags: withTags ? service.tags : [],
  });
}

function deploymentForApi(deployment: Deployment, tasks: readonly Task[]): Record<string, unknown> {
  const own = tasks.filter((task) => task.startedBy === deployment.id);
  return {
    ...deployment,
    desiredCount: deployment.status === "PRIMARY" ? deployment.desiredCount : 0,
    runningCount: runningCount(own),
    pendingCount: pendingCount(own),
    createdAt: deployment.createdAt / 1000,
    updatedAt: deployment.updatedAt / 1000,
  };
}
