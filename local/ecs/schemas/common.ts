import { z } from "zod";
import { tagKey } from "../../wire/tag-key.ts";

export const tagsSchema = z
  .array(z.strictObject({ key: tagKey, value: z.string().max(256).default("") }))
  .max(50);

export const keyValueSchema = z.strictObject({ name: z.string(), value: z.string() });

export const networkConfigurationSchema = z.strictObject({
  awsvpcConfiguration: z
    .strictObject({
      subnets: z.array(z.string()).min(1).max(16),
      securityGroups: z.array(z.string()).max(5).optional(),
      assignPublicIp: z.enum(["ENABLED", "DISABLED"]).optional(),
    })
    .optional(),
});

export const capacityProviderStrategySchema = z
  .array(
    z.strictObject({
      capacityProvider: z.string().min(1),
      weight: z.int().min(0).max(1000).default(0),
      base: z.int().min(0).max(100_000).default(0),
    }),
  )
  .max(20);

export const placementConstraintsSchema = z
  .array(
    z.strictObject({ type: z.enum(["distinctInstance", "memberOf"]), expression: z.string().optional() }),
  )
  .max(10);

export const placementStrategySchema = z
  .array(z.strictObject({ type: z.enum(["random", "spread", "binpack"]), field: z.string().optional() }))
  .max(5);

/** FARGATE_MANAGED and EXTERNAL need what this runtime does not have. */
export const launchTypeSchema = z.enum(["EC2", "FARGATE"]);
export const propagateTagsSchema = z.enum(["TASK_DEFINITION", "SERVICE", "NONE"]);

/** Members that AWS SDKs and CDK write out although they are empty are taken when they are. */
export const emptyList = z.array(z.never()).optional();
