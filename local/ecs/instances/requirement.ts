import { parseCpu, parseMemory } from "../fargate-sizes.ts";
import type { Overrides, TaskDefinition } from "../model.ts";

/** What a task takes of the container instance that it is placed on. */
export interface Requirement {
  /** CPU units. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
  /** Ports of the instance that the task must have for itself. */
  readonly ports: readonly number[];
}

/**
 * The task's own size where it has one; else the sum of its containers', each with its soft memory limit where it
 * has one (ECS developer guide, task size and container memoryReservation).
 */
export function requirementOf(definition: TaskDefinition, overrides: Overrides): Requirement {
  const containers = definition.containerDefinitions.map((container) => {
    const overridden = overrides.containerOverrides?.find(({ name }) => name === container.name);
    const memory =
      overridden?.memoryReservation ??
      container.memoryReservation ??
      overridden?.memory ??
      container.memory ??
      0;
    return { cpu: overridden?.cpu ?? container.cpu, memory };
  });
  const sum = (pick: "cpu" | "memory") => containers.reduce((total, container) => total + container[pick], 0);
  const ports =
    definition.networkMode === "awsvpc"
      ? []
      : definition.containerDefinitions.flatMap(({ portMappings }) =>
          portMappings.flatMap(({ hostPort, containerPort }) =>
            definition.networkMode === "host" ? [hostPort || containerPort] : hostPort ? [hostPort] : [],
          ),
        );
  return {
    cpu: parseCpu(overrides.cpu ?? definition.cpu ?? "") ?? sum("cpu"),
    memory: parseMemory(overrides.memory ?? definition.memory ?? "") ?? sum("memory"),
    ports,
  };
}
