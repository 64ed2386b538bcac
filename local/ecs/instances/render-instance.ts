import type { EcsContext } from "../context.ts";
import { hostOf, runsOn } from "./instances.ts";
import type { ContainerInstance } from "./model.ts";

const PENDING = ["PROVISIONING", "PENDING", "ACTIVATING"];

/** A container instance as DescribeContainerInstances answers it and events carry it. */
export function renderInstance(ecs: EcsContext, instance: ContainerInstance): Record<string, unknown> {
  const { registered, ...rest } = instance;
  const { free, ports } = hostOf(ecs, instance);
  const runs = runsOn(ecs, instance.containerInstanceArn);
  return {
    ...rest,
    registeredAt: instance.registeredAt / 1000,
    versionInfo: {},
    registeredResources: resources(registered, []),
    remainingResources: resources(free, ports),
    runningTasksCount: runs.filter(({ task }) => task.lastStatus === "RUNNING").length,
    pendingTasksCount: runs.filter(({ task }) => PENDING.includes(task.lastStatus)).length,
    attachments: [],
    tags: [],
  };
}

function resources(
  { cpu, memory }: { readonly cpu: number; readonly memory: number },
  ports: readonly number[],
) {
  return [
    { name: "CPU", type: "INTEGER", integerValue: cpu },
    { name: "MEMORY", type: "INTEGER", integerValue: memory },
    { name: "PORTS", type: "STRINGSET", stringSetValue: ports.map(String) },
    { name: "PORTS_UDP", type: "STRINGSET", stringSetValue: [] },
  ];
}
