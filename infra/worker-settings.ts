import type { CapacityProvider, TaskSize } from "../events/pipeline.ts";
import type { Config } from "./config.ts";

/** A task that takes objects off the jobs queue. docs/scale.md says how the size was chosen. */
export const WORKER_SIZE: TaskSize = { cpu: 1024, memoryMiB: 2048 };

/** Where the service's workers run. */
export function workerCapacity({ compute }: Config): CapacityProvider {
  return compute === "fargate" ? "FARGATE" : "EC2";
}
