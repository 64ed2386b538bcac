import type { z } from "zod";
import type { Rule } from "./rules.ts";
import { flag, whole } from "./values.ts";

/** What runs on Fargate Spot, which costs less and is taken away with two minutes' warning. */
export const spotSettings = {
  spot: flag()
    .default(true)
    .describe(
      "Whether tasks may run on Fargate Spot: burst workers ask for it first, tasks of single objects where their pipeline says. Without, all of these run on demand.",
    ),
  workerSpotPercent: whole(0, 99)
    .default(0)
    .describe(
      "Percent on Fargate Spot of the workers beyond `minWorkers`, which stay on demand. What an interrupted worker has in hand goes back to the queue.",
    ),
} satisfies Record<string, z.ZodType>;

export const spotRules: readonly Rule[] = [
  ({ spot, workerSpotPercent }) =>
    !spot && workerSpotPercent > 0
      ? [`workerSpotPercent: is ${workerSpotPercent}, and spot false has nothing run on Fargate Spot`]
      : [],
  ({ compute, workerSpotPercent }) =>
    compute !== "fargate" && workerSpotPercent > 0
      ? [
          `workerSpotPercent: is ${workerSpotPercent}, and compute ${compute} has the workers on instances, not on Fargate`,
        ]
      : [],
];
