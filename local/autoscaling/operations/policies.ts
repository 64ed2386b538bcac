import { randomUUID } from "node:crypto";
import { z } from "zod";
import { AwsError, NotPlayedError } from "../../wire/aws-error.ts";
import { operation } from "../../wire/operation.ts";
import { arn } from "../../wire/realm.ts";
import type { AutoScalingContext } from "../context.ts";
import {
  SCALABLE_DIMENSION,
  type ScalingPolicy,
  SERVICE_NAMESPACE,
  type TargetTrackingConfiguration,
} from "../model.ts";
import { keyOf } from "../store.ts";
import { trackingAlarms } from "../tracking-alarms.ts";
import { checkPolicy } from "./check-policy.ts";
import { page } from "./page.ts";
import { checkResource, filter, name, resource, stepScaling, targetTracking } from "./schemas.ts";
import { targetOf } from "./targets.ts";

const define = operation<AutoScalingContext>();

export const putPolicySchema = z.strictObject({
  ...resource,
  PolicyName: name,
  PolicyType: z.string().default("StepScaling"),
  StepScalingPolicyConfiguration: stepScaling.optional(),
  TargetTrackingScalingPolicyConfiguration: targetTracking.optional(),
});

/** PutScalingPolicy; a policy keeps its ARN and its alarms' names when it is put again. */
export function putPolicy(
  context: AutoScalingContext,
  input: z.output<typeof putPolicySchema>,
): ScalingPolicy {
  checkResource(input);
  const { PolicyName, ResourceId, PolicyType } = input;
  const { StepScalingPolicyConfiguration: step, TargetTrackingScalingPolicyConfiguration: tracking } = input;
  if (PolicyType === "PredictiveScaling") {
    throw new NotPlayedError("application-autoscaling PolicyType PredictiveScaling");
  }
  checkPolicy(PolicyType, { step, tracking });
  targetOf(context, ResourceId);
  const { store, realm, now } = context;
  const before = store.policies.get(keyOf(ResourceId, PolicyName));
  const uuid = before?.arn.split(":")[6] ?? randomUUID();
  const policy: ScalingPolicy = {
    name: PolicyName,
    arn: arn(
      realm,
      "autoscaling",
      `scalingPolicy:${uuid}:resource/${SERVICE_NAMESPACE}/${ResourceId}:policyName/${PolicyName}`,
    ),
    resourceId: ResourceId,
    created: before?.created ?? now(),
    ...(step && { step }),
    ...(tracking && { targetTracking: tracking }),
    alarms: [],
  };
  const alarms = tracking ? keepAlarms(context, policy, tracking, uuid) : [];
  const kept = new Set(alarms.map(({ AlarmName }) => AlarmName));
  for (const { AlarmName } of before?.alarms ?? [])
    if (!kept.has(AlarmName)) context.alarms.delete(AlarmName);
  const complete = { ...policy, alarms };
  store.policies.put(keyOf(ResourceId, PolicyName), complete);
  return complete;
}

function keepAlarms(
  context: AutoScalingContext,
  policy: ScalingPolicy,
  tracking: TargetTrackingConfiguration,
  uuid: string,
): ScalingPolicy["alarms"] {
  const { high, low } = trackingAlarms(policy, tracking, uuid);
  return [high, ...(low ? [low] : [])].map((input) => {
    const alarm = context.alarms.put(input);
    return { AlarmName: alarm.name, AlarmARN: alarm.arn };
  });
}

export function removePolicy(context: AutoScalingContext, policy: ScalingPolicy): void {
  for (const { AlarmName } of policy.alarms) context.alarms.delete(AlarmName);
  context.store.policies.delete(keyOf(policy.resourceId, policy.name));
}

export const PutScalingPolicy = define(putPolicySchema, (context, input) => {
  const policy = putPolicy(context, input);
  return { PolicyARN: policy.arn, Alarms: policy.alarms };
});

export const DeleteScalingPolicy = define(
  z.strictObject({ ...resource, PolicyName: name }),
  (context, input) => {
    checkResource(input);
    const policy = context.store.policies.get(keyOf(input.ResourceId, input.PolicyName));
    if (!policy) {
      throw new AwsError("ObjectNotFoundException", `No scaling policy found for ${input.PolicyName}`);
    }
    removePolicy(context, policy);
    return {};
  },
);

export const DescribeScalingPolicies = define(
  z.strictObject({ ...filter, PolicyNames: z.array(z.string()).optional() }),
  ({ store }, { PolicyNames, ...input }) => {
    checkResource(input);
    const found = store.policies
      .all()
      .filter(
        (policy) =>
          (input.ResourceId === undefined || policy.resourceId === input.ResourceId) &&
          (PolicyNames === undefined || PolicyNames.includes(policy.name)),
      );
    const { items, next } = page(found, input);
    return {
      ScalingPolicies: items.map((policy) => ({
        PolicyARN: policy.arn,
        PolicyName: policy.name,
        ServiceNamespace: SERVICE_NAMESPACE,
        ResourceId: policy.resourceId,
        ScalableDimension: SCALABLE_DIMENSION,
        PolicyType: policy.step ? "StepScaling" : "TargetTrackingScaling",
        ...(policy.step && { StepScalingPolicyConfiguration: policy.step }),
        ...(policy.targetTracking && {
          TargetTrackingScalingPolicyConfiguration: policy.targetTracking,
        }),
        Alarms: policy.alarms,
        CreationTime: policy.created / 1000,
      })),
      ...next,
    };
  },
);
