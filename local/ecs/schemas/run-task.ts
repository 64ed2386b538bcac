import { z } from "zod";
import {
  capacityProviderStrategySchema,
  emptyList,
  keyValueSchema,
  launchTypeSchema,
  networkConfigurationSchema,
  placementConstraintsSchema,
  placementStrategySchema,
  propagateTagsSchema,
  tagsSchema,
} from "./common.ts";

export const overridesSchema = z.strictObject({
  containerOverrides: z
    .array(
      z.strictObject({
        name: z.string(),
        command: z.array(z.string()).optional(),
        environment: z.array(keyValueSchema).optional(),
        cpu: z.int().optional(),
        memory: z.int().min(6).optional(),
        memoryReservation: z.int().min(6).optional(),
        environmentFiles: emptyList,
        resourceRequirements: emptyList,
      }),
    )
    .optional(),
  cpu: z.string().optional(),
  memory: z.string().optional(),
  taskRoleArn: z.string().optional(),
  executionRoleArn: z.string().optional(),
  ephemeralStorage: z.strictObject({ sizeInGiB: z.int() }).optional(),
  inferenceAcceleratorOverrides: emptyList,
});

export const runTaskSchema = z.strictObject({
  taskDefinition: z.string().min(1),
  cluster: z.string().optional(),
  count: z
    .int()
    .min(1, "Count must be between 1 and 10")
    .max(10, "Count must be between 1 and 10")
    .default(1),
  launchType: launchTypeSchema.optional(),
  capacityProviderStrategy: capacityProviderStrategySchema.optional(),
  platformVersion: z.string().optional(),
  networkConfiguration: networkConfigurationSchema.optional(),
  overrides: overridesSchema.optional(),
  group: z.string().optional(),
  startedBy: z.string().max(128).optional(),
  clientToken: z
    .string()
    .regex(/^[!-~]{1,64}$/, "clientToken takes up to 64 ASCII characters in the range 33-126")
    .optional(),
  tags: tagsSchema.optional(),
  propagateTags: propagateTagsSchema.optional(),
  enableECSManagedTags: z.boolean().optional(),
  enableExecuteCommand: z.boolean().optional(),
  placementConstraints: placementConstraintsSchema.optional(),
  placementStrategy: placementStrategySchema.optional(),
});
export type RunTaskInput = z.input<typeof runTaskSchema>;
