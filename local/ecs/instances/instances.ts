import { setImmediate as immediate } from "node:timers/promises";
import { arn } from "../../wire/realm.ts";
import type { EcsContext } from "../context.ts";
import { ecsEvent } from "../event.ts";
import { clusterArn, clusterName, lastSegment, newId } from "../names.ts";
import type { TaskRun } from "../tasks/task-run.ts";
import type { Host } from "./choose-instance.ts";
import type { ContainerInstance, InstanceRegistration } from "./model.ts";
import { placeWaitingTasks } from "./place-on-instances.ts";
import { renderInstance } from "./render-instance.ts";
import { requirementOf } from "./requirement.ts";

/** Tasks that have a place on an instance and have not ended. */
export function runsOn(ecs: EcsContext, containerInstanceArn: string): TaskRun[] {
  return [...ecs.runs.values()].filter(({ task }) => task.containerInstanceArn === containerInstanceArn);
}

export function instancesOf(ecs: EcsContext, cluster: string): ContainerInstance[] {
  return [...ecs.instances.values()].filter((instance) => instance.clusterArn === cluster);
}

/** A cluster's instances that take tasks, as placement looks at them. @param provider of any when left out */
export function hostsOf(ecs: EcsContext, cluster: string, provider: string | undefined): Host[] {
  return instancesOf(ecs, cluster)
    .filter(({ status }) => status === "ACTIVE")
    .filter((instance) => provider === undefined || instance.capacityProviderName === provider)
    .map((instance) => hostOf(ecs, instance));
}

export function hostOf(ecs: EcsContext, instance: ContainerInstance): Host {
  const runs = runsOn(ecs, instance.containerInstanceArn);
  const taken = runs.map(({ definition, task }) => requirementOf(definition, task.overrides));
  const free = (pick: "cpu" | "memory") =>
    instance.registered[pick] - taken.reduce((sum, need) => sum + need[pick], 0);
  return {
    containerInstanceArn: instance.containerInstanceArn,
    ec2InstanceId: instance.ec2InstanceId,
    agentConnected: instance.agentConnected,
    attributes: new Map(instance.attributes.map(({ name, value = "" }) => [name, value])),
    free: { cpu: free("cpu"), memory: free("memory") },
    ports: taken.flatMap(({ ports }) => ports),
    groups: runs.map(({ task }) => task.group),
  };
}

/** What the agent of an instance does when it has started. Once more for the same instance changes nothing. */
export function registerInstance(ecs: EcsContext, registration: InstanceRegistration): ContainerInstance {
  const known = [...ecs.instances.values()].find(
    ({ ec2InstanceId }) => ec2InstanceId === registration.ec2InstanceId,
  );
  if (known) return known;
  const { realm, clock } = ecs.options;
  const name = clusterName(registration.cluster);
  const provider = [...ecs.capacityProviders.values()].find(
    ({ autoScalingGroupProvider }) =>
      groupName(autoScalingGroupProvider?.autoScalingGroupArn) === registration.autoScalingGroup,
  );
  const instance: ContainerInstance = {
    containerInstanceArn: arn(realm, "ecs", `container-instance/${name}/${newId()}`),
    clusterArn: clusterArn(realm, name),
    ec2InstanceId: registration.ec2InstanceId,
    capacityProviderName: provider?.name,
    registeredAt: clock.now(),
    registered: { cpu: registration.cpu, memory: registration.memory },
    attributes: [
      { name: "ecs.instance-type", value: registration.instanceType },
      { name: "ecs.availability-zone", value: registration.availabilityZone },
      { name: "ecs.ami-id", value: registration.imageId },
      { name: "ecs.cpu-architecture", value: registration.architecture },
      { name: "ecs.os-type", value: "linux" },
      { name: "ecs.os-family", value: "LINUX" },
      ...Object.entries(registration.attributes).map(([key, value]) => ({ name: key, value })),
    ],
    status: "ACTIVE",
    agentConnected: true,
    version: 1,
  };
  ecs.instances.put(instance);
  publish(ecs, instance);
  placeWaitingTasks(ecs);
  wakeServices(ecs, instance.clusterArn);
  return instance;
}

/** ACTIVE takes tasks; DRAINING takes none, and services move theirs away. */
export function setInstanceStatus(
  ecs: EcsContext,
  instance: ContainerInstance,
  status: ContainerInstance["status"],
): void {
  if (instance.status === status) return;
  instance.status = status;
  instance.version += 1;
  ecs.instances.put(instance);
  publish(ecs, instance);
  placeWaitingTasks(ecs);
  wakeServices(ecs, instance.clusterArn);
}

/**
 * Takes an instance out of use before its group ends it, where the capacity provider manages that: services move
 * their tasks elsewhere, other tasks run to their end. @returns once nothing runs on it
 */
export async function drainInstance(ecs: EcsContext, ec2InstanceId: string): Promise<void> {
  const instance = [...ecs.instances.values()].find((one) => one.ec2InstanceId === ec2InstanceId);
  const provider = ecs.capacityProviders.get(instance?.capacityProviderName ?? "");
  if (!instance || provider?.autoScalingGroupProvider?.managedDraining === "DISABLED") return;
  setInstanceStatus(ecs, instance, "DRAINING");
  const { containerInstanceArn } = instance;
  for (
    let runs = runsOn(ecs, containerInstanceArn);
    runs.length > 0;
    runs = runsOn(ecs, containerInstanceArn)
  ) {
    await Promise.all(runs.map(({ ended }) => ended));
    // Whoever waits for the end of a task hears of it before this does.
    await immediate();
  }
}

/** The instance is gone, and with it, from one moment to the next, every process of its tasks. */
export function loseInstance(ecs: EcsContext, ec2InstanceId: string): boolean {
  const instance = [...ecs.instances.values()].find((one) => one.ec2InstanceId === ec2InstanceId);
  if (!instance) return false;
  instance.agentConnected = false;
  instance.version += 1;
  publish(ecs, instance);
  ecs.instances.delete(instance.containerInstanceArn);
  for (const run of runsOn(ecs, instance.containerInstanceArn)) {
    run.stop("TerminationNotice", `Host EC2 (instance ${ec2InstanceId}) terminated.`);
    run.kill();
  }
  wakeServices(ecs, instance.clusterArn);
  return true;
}

/** An Auto Scaling group's name from its name or ARN. */
export function groupName(reference: unknown): string | undefined {
  return typeof reference === "string" ? lastSegment(reference) : undefined;
}

function publish(ecs: EcsContext, instance: ContainerInstance): void {
  const detail = {
    ...renderInstance(ecs, instance),
    registeredAt: new Date(instance.registeredAt).toISOString(),
  };
  const type = "ECS Container Instance State Change";
  ecs.options.publish(ecsEvent(ecs.options, type, [instance.containerInstanceArn], structuredClone(detail)));
}

function wakeServices(ecs: EcsContext, cluster: string): void {
  for (const service of ecs.services.values()) {
    if (service.clusterArn === cluster) ecs.reconcile(service.serviceArn);
  }
}
