import { randomUUID } from "node:crypto";
import type { EcsContext } from "../context.ts";
import { ecsEvent } from "../event.ts";
import type { Deployment, Service } from "../model.ts";

const KEPT_EVENTS = 100;

/** Adds a message to the service's own list of events, which DescribeServices shows. */
export function note(ecs: EcsContext, service: Service, message: string): void {
  const createdAt = ecs.options.clock.now();
  service.events = [{ id: randomUUID(), createdAt, message }, ...service.events].slice(0, KEPT_EVENTS);
}

/** Publishes an `ECS Service Action` event. */
export function publishAction(
  ecs: EcsContext,
  service: Service,
  eventType: "INFO" | "WARN" | "ERROR",
  eventName: "SERVICE_STEADY_STATE" | "SERVICE_TASK_START_IMPAIRED" | "SERVICE_TASK_PLACEMENT_FAILURE",
  detail: Record<string, unknown> = {},
): void {
  ecs.options.publish(
    ecsEvent(ecs.options, "ECS Service Action", [service.serviceArn], {
      eventType,
      eventName,
      clusterArn: service.clusterArn,
      createdAt: new Date(ecs.options.clock.now()).toISOString(),
      ...detail,
    }),
  );
}

/** Publishes an `ECS Deployment State Change` event. */
export function publishDeployment(
  ecs: EcsContext,
  service: Service,
  deployment: Deployment,
  state: Deployment["rolloutState"],
): void {
  ecs.options.publish(
    ecsEvent(ecs.options, "ECS Deployment State Change", [service.serviceArn], {
      eventType: state === "FAILED" ? "ERROR" : "INFO",
      eventName: `SERVICE_DEPLOYMENT_${state}`,
      deploymentId: deployment.id,
      updatedAt: new Date(deployment.updatedAt).toISOString(),
      reason: deployment.rolloutStateReason,
    }),
  );
}
