import { randomInt } from "node:crypto";
import type { Deployment, Service } from "../model.ts";

/** A deployment of the service as it is set now; it becomes the primary one. */
export function newDeployment(
  settings: Service["settings"],
  reason: string | undefined,
  now: number,
): Deployment {
  const digits = Array.from({ length: 19 }, (_, index) => randomInt(index === 0 ? 1 : 0, 10)).join("");
  const id = `ecs-svc/${digits}`;
  return {
    id,
    status: "PRIMARY",
    taskDefinition: settings.taskDefinition,
    desiredCount: settings.desiredCount,
    failedTasks: 0,
    createdAt: now,
    updatedAt: now,
    launchType: settings.launchType,
    capacityProviderStrategy: settings.capacityProviderStrategy,
    platformVersion: settings.platformVersion,
    networkConfiguration: settings.networkConfiguration,
    rolloutState: "IN_PROGRESS",
    rolloutStateReason: reason ?? `ECS deployment ${id} in progress.`,
  };
}

/** Makes a new deployment the primary one; the others stay until their tasks are gone. */
export function deploy(service: Service, now: number, reason?: string): Deployment {
  const deployment = newDeployment(service.settings, reason, now);
  for (const other of service.deployments) other.status = "ACTIVE";
  service.deployments.unshift(deployment);
  service.steady = false;
  return deployment;
}

export function deploymentBounds(service: Service) {
  const { minimumHealthyPercent = 100, maximumPercent = 200 } =
    service.settings.deploymentConfiguration ?? {};
  return { minimumHealthyPercent, maximumPercent };
}
