import type { CapacityProviderStrategy } from "aws-cdk-lib/aws-ecs";
import type { CapacityProvider } from "../events/pipeline.ts";
import type { Config } from "./config.ts";

/** Where burst workers are asked for, in this order. */
export function burstCapacity({ compute, spot }: Config): readonly CapacityProvider[] {
  if (compute === "ec2") return ["EC2"];
  return spot ? ["FARGATE_SPOT", "FARGATE"] : ["FARGATE"];
}

/** A pipeline's order as the configuration has it: on demand in the place of Spot, where there is to be none. */
export function pipelineCapacity(
  capacity: readonly CapacityProvider[],
  { spot }: Config,
): readonly CapacityProvider[] {
  if (spot) return capacity;
  return [...new Set(capacity.map((provider) => (provider === "FARGATE_SPOT" ? "FARGATE" : provider)))];
}

/**
 * Of the workers' service on Fargate: those that are always there on demand, of the others a share on Spot. ECS does not
 * take one for the other when Spot has no room: backlog that stays starts burst workers, which do.
 */
export function workerStrategies({ minWorkers, workerSpotPercent }: Config): CapacityProviderStrategy[] {
  if (workerSpotPercent === 0) return [{ capacityProvider: "FARGATE", weight: 1 }];
  return [
    { capacityProvider: "FARGATE", base: minWorkers, weight: 100 - workerSpotPercent },
    { capacityProvider: "FARGATE_SPOT", weight: workerSpotPercent },
  ];
}
