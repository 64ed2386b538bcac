import * as z from "zod";
import { eventBridgeEvent } from "./event-bridge.ts";

const keyValue = z.looseObject({ name: z.string(), value: z.string().optional() });

const container = z.looseObject({
  containerArn: z.string().optional(),
  name: z.string(),
  lastStatus: z.string(),
  /** Absent when the container never started, and sometimes after a kill: never take absence for success. */
  exitCode: z.int().optional(),
  reason: z.string().optional(),
});

/**
 * `ECS Task State Change`. Duplicates share `taskArn` and `version`; a higher version is later.
 * Source: Amazon ECS developer guide, "Amazon ECS task state change events".
 */
export const ecsTaskStateChange = eventBridgeEvent.extend({
  source: z.literal("aws.ecs"),
  "detail-type": z.literal("ECS Task State Change"),
  detail: z.looseObject({
    taskArn: z.string(),
    taskDefinitionArn: z.string(),
    clusterArn: z.string(),
    lastStatus: z.string(),
    desiredStatus: z.string(),
    version: z.int(),
    group: z.string().optional(),
    startedBy: z.string().optional(),
    launchType: z.string().optional(),
    capacityProviderName: z.string().optional(),
    cpu: z.string().optional(),
    memory: z.string().optional(),
    stopCode: z.string().optional(),
    stoppedReason: z.string().optional(),
    createdAt: z.string().optional(),
    startedAt: z.string().optional(),
    stoppedAt: z.string().optional(),
    containers: z.array(container),
    overrides: z
      .looseObject({
        containerOverrides: z
          .array(z.looseObject({ name: z.string().optional(), environment: z.array(keyValue).optional() }))
          .optional(),
      })
      .optional(),
  }),
});

export type EcsTaskStateChange = z.infer<typeof ecsTaskStateChange>;
