import { randomBytes } from "node:crypto";
import { z } from "zod";
import { AwsError } from "../../wire/aws-error.ts";
import { operation } from "../../wire/operation.ts";
import { arn } from "../../wire/realm.ts";
import type { AutoScalingContext } from "../context.ts";
import { SCALABLE_DIMENSION, type ScalableTarget, SERVICE_NAMESPACE, type SuspendedState } from "../model.ts";
import { keyOf } from "../store.ts";
import { page } from "./page.ts";
import { removePolicy } from "./policies.ts";
import { capacity, checkResource, filter, resource, suspendedState } from "./schemas.ts";

const define = operation<AutoScalingContext>();
const SERVICE_ROLE =
  "role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService";

const NOT_SUSPENDED: SuspendedState = {
  DynamicScalingInSuspended: false,
  DynamicScalingOutSuspended: false,
  ScheduledScalingSuspended: false,
};

export const registerSchema = z.strictObject({
  ...resource,
  MinCapacity: capacity.optional(),
  MaxCapacity: capacity.optional(),
  RoleARN: z.string().optional(),
  SuspendedState: suspendedState.optional(),
  Tags: z.record(z.string(), z.string()).optional(),
});

/** RegisterScalableTarget; what is not said of a registered target stays, and new limits hold at once. */
export function register(
  context: AutoScalingContext,
  input: z.output<typeof registerSchema>,
): ScalableTarget {
  checkResource(input);
  const { store, realm, now } = context;
  const before = store.targets.get(input.ResourceId);
  const min = input.MinCapacity ?? before?.min;
  const max = input.MaxCapacity ?? before?.max;
  if (min === undefined || max === undefined) {
    throw new AwsError("ValidationException", "MinCapacity and MaxCapacity are required for a new target");
  }
  if (min > max) {
    throw new AwsError("ValidationException", "Maximum capacity cannot be less than minimum capacity");
  }
  if (!context.describeService(input.ResourceId)) {
    throw new AwsError("ValidationException", `ECS service doesn't exist: ${input.ResourceId}`);
  }
  const target: ScalableTarget = {
    resourceId: input.ResourceId,
    arn:
      before?.arn ??
      arn(realm, "application-autoscaling", `scalable-target/0ec5${randomBytes(16).toString("hex")}`),
    min,
    max,
    roleArn: input.RoleARN ?? before?.roleArn ?? arn(realm, "iam", SERVICE_ROLE, ""),
    suspended: {
      ...NOT_SUSPENDED,
      ...before?.suspended,
      ...(Object.fromEntries(
        Object.entries(input.SuspendedState ?? {}).filter(([, value]) => value !== undefined),
      ) as Partial<SuspendedState>),
    },
    tags: input.Tags ?? before?.tags ?? {},
    created: before?.created ?? now(),
    cooldowns: before?.cooldowns ?? {},
  };
  store.targets.put(target.resourceId, target);
  context.scaler.enforceLimits(target);
  return target;
}

/** Takes a target's policies and scheduled actions with it. */
export function deregister(context: AutoScalingContext, resourceId: string): void {
  const { store } = context;
  for (const policy of store.policies.all()) {
    if (policy.resourceId === resourceId) removePolicy(context, policy);
  }
  for (const action of store.actions.all()) {
    if (action.resourceId === resourceId) store.actions.delete(keyOf(resourceId, action.name));
  }
  store.targets.delete(resourceId);
  context.scheduler.plan();
}

/** @throws AwsError ObjectNotFoundException */
export function targetOf(context: AutoScalingContext, resourceId: string): ScalableTarget {
  const target = context.store.targets.get(resourceId);
  if (!target) {
    throw new AwsError(
      "ObjectNotFoundException",
      `No scalable target registered for service namespace: ${SERVICE_NAMESPACE}, resource ID: ${resourceId}, scalable dimension: ${SCALABLE_DIMENSION}`,
    );
  }
  return target;
}

export const RegisterScalableTarget = define(registerSchema, (context, input) => ({
  ScalableTargetARN: register(context, input).arn,
}));

export const DeregisterScalableTarget = define(z.strictObject(resource), (context, input) => {
  checkResource(input);
  deregister(context, targetOf(context, input.ResourceId).resourceId);
  return {};
});

export const DescribeScalableTargets = define(
  z.strictObject({
    ...filter,
    ResourceId: z.undefined().optional(),
    ResourceIds: z.array(z.string()).optional(),
  }),
  ({ store }, { ResourceIds, ...input }) => {
    checkResource(input);
    const found = store.targets
      .all()
      .filter(({ resourceId }) => ResourceIds === undefined || ResourceIds.includes(resourceId));
    const { items, next } = page(found, input);
    return {
      ScalableTargets: items.map((target) => ({
        ServiceNamespace: SERVICE_NAMESPACE,
        ResourceId: target.resourceId,
        ScalableDimension: SCALABLE_DIMENSION,
        MinCapacity: target.min,
        MaxCapacity: target.max,
        RoleARN: target.roleArn,
        CreationTime: target.created / 1000,
        SuspendedState: target.suspended,
        ScalableTargetARN: target.arn,
      })),
      ...next,
    };
  },
);
