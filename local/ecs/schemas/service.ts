import { z } from "zod";
import {
  capacityProviderStrategySchema,
  emptyList,
  launchTypeSchema,
  networkConfigurationSchema,
  placementConstraintsSchema,
  placementStrategySchema,
  propagateTagsSchema,
  tagsSchema,
} from "./common.ts";

const deploymentConfigurationSchema = z.strictObject({
  deploymentCircuitBreaker: z.strictObject({ enable: z.boolean(), rollback: z.boolean() }).optional(),
  maximumPercent: z.int().min(100).optional(),
  minimumHealthyPercent: z.int().min(0).max(100).optional(),
  strategy: z.literal("ROLLING").optional(),
  alarms: z
    .strictObject({
      alarmNames: z.array(z.string()),
      enable: z.literal(false, "Deployment alarms are not played by the local runtime"),
      rollback: z.boolean(),
    })
    .optional(),
});

const loadBalancersSchema = z.array(
  z.strictObject({
    targetGroupArn: z.string(),
    containerName: z.string(),
    containerPort: z.int().min(1).max(65_535),
  }),
);

/** Members that CreateService and UpdateService share. */
const changeable = {
  capacityProviderStrategy: capacityProviderStrategySchema.optional(),
  deploymentConfiguration: deploymentConfigurationSchema.optional(),
  networkConfiguration: networkConfigurationSchema.optional(),
  platformVersion: z.string().optional(),
  healthCheckGracePeriodSeconds: z.int().min(0).optional(),
  loadBalancers: loadBalancersSchema.optional(),
  serviceRegistries: emptyList,
  propagateTags: propagateTagsSchema.optional(),
  enableECSManagedTags: z.boolean().optional(),
  enableExecuteCommand: z.boolean().optional(),
  availabilityZoneRebalancing: z.enum(["ENABLED", "DISABLED"]).optional(),
  placementConstraints: placementConstraintsSchema.optional(),
  placementStrategy: placementStrategySchema.optional(),
  deploymentController: z.strictObject({ type: z.literal("ECS") }).optional(),
};

export const createServiceSchema = z.strictObject({
  ...changeable,
  cluster: z.string().optional(),
  serviceName: z.string().regex(/^[\w-]{1,255}$/, "Service name takes letters, digits, - and _"),
  taskDefinition: z.string().min(1),
  desiredCount: z.int().min(0).optional(),
  launchType: launchTypeSchema.optional(),
  schedulingStrategy: z.literal("REPLICA").optional(),
  tags: tagsSchema.optional(),
});

export const updateServiceSchema = z.strictObject({
  ...changeable,
  cluster: z.string().optional(),
  service: z.string().min(1),
  taskDefinition: z.string().optional(),
  desiredCount: z.int().min(0).optional(),
  forceNewDeployment: z.boolean().optional(),
});
