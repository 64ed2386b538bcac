import { z } from "zod";
import type { DEFAULT_RETRY_POLICY } from "./delivery/retry.ts";

const arnText = z.string().min(1).max(1600);

const networkConfiguration = z.strictObject({
  awsvpcConfiguration: z
    .strictObject({
      Subnets: z.array(z.string()),
      SecurityGroups: z.array(z.string()).optional(),
      AssignPublicIp: z.enum(["ENABLED", "DISABLED"]).optional(),
    })
    .optional(),
});

const ecsParameters = z.strictObject({
  TaskDefinitionArn: arnText,
  TaskCount: z.number().int().min(1).optional(),
  LaunchType: z.enum(["EC2", "FARGATE", "EXTERNAL"]).optional(),
  NetworkConfiguration: networkConfiguration.optional(),
  PlatformVersion: z.string().optional(),
  Group: z.string().optional(),
  CapacityProviderStrategy: z
    .array(
      z.strictObject({
        capacityProvider: z.string(),
        weight: z.number().int().min(0).max(1000).optional(),
        base: z.number().int().min(0).max(100_000).optional(),
      }),
    )
    .max(6)
    .optional(),
  EnableECSManagedTags: z.boolean().optional(),
  EnableExecuteCommand: z.boolean().optional(),
  PlacementConstraints: z
    .array(
      z.strictObject({
        type: z.enum(["distinctInstance", "memberOf"]).optional(),
        expression: z.string().max(2000).optional(),
      }),
    )
    .max(10)
    .optional(),
  PlacementStrategy: z
    .array(
      z.strictObject({
        type: z.enum(["random", "spread", "binpack"]).optional(),
        field: z.string().max(255).optional(),
      }),
    )
    .max(5)
    .optional(),
  PropagateTags: z.literal("TASK_DEFINITION").optional(),
  ReferenceId: z.string().max(1024).optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

/** A rule's target as PutTargets takes it. Members for targets that are not played are not known, and so refused. */
export const targetSchema = z.strictObject({
  Id: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[.\-_A-Za-z0-9]+$/),
  Arn: arnText,
  RoleArn: arnText.optional(),
  Input: z.string().max(8192).optional(),
  InputPath: z.string().max(256).optional(),
  InputTransformer: z
    .strictObject({
      InputPathsMap: z.record(z.string(), z.string()).optional(),
      InputTemplate: z.string().min(1).max(8192),
    })
    .optional(),
  SqsParameters: z.strictObject({ MessageGroupId: z.string().optional() }).optional(),
  EcsParameters: ecsParameters.optional(),
  DeadLetterConfig: z.strictObject({ Arn: arnText.optional() }).optional(),
  RetryPolicy: z
    .strictObject({
      MaximumRetryAttempts: z.number().int().min(0).max(185).optional(),
      MaximumEventAgeInSeconds: z.number().int().min(60).max(86_400).optional(),
    } satisfies Record<keyof typeof DEFAULT_RETRY_POLICY, z.ZodType>)
    .optional(),
});

export type Target = z.output<typeof targetSchema>;
export type EcsParameters = z.output<typeof ecsParameters>;
