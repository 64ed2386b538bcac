import { z } from "zod";
import type { AutoScaling } from "../autoscaling/create-autoscaling.ts";
import { SCALABLE_DIMENSION, SERVICE_NAMESPACE } from "../autoscaling/model.ts";
import type { ResourcePlayer } from "../cloudformation/resource-player.ts";
import { readProperties } from "./properties.ts";

/** What Ref of a scalable target gives: `service/<cluster>/<service>|ecs:service:DesiredCount|ecs`. */
function targetId(resourceId: string): string {
  return [resourceId, SCALABLE_DIMENSION, SERVICE_NAMESPACE].join("|");
}

const targetProperties = z.looseObject({
  ResourceId: z.string(),
  ScheduledActions: z.array(z.looseObject({ ScheduledActionName: z.string() })).default([]),
});

/** `AWS::ApplicationAutoScaling::ScalableTarget`, with exactly the scheduled actions that the template names. */
export function scalableTargetPlayer(autoScaling: AutoScaling): ResourcePlayer {
  return {
    async play(resource) {
      const { ScheduledActions, ...properties } = readProperties(resource, targetProperties);
      const { resourceId } = autoScaling.register(properties);
      const target = {
        ServiceNamespace: SERVICE_NAMESPACE,
        ResourceId: resourceId,
        ScalableDimension: SCALABLE_DIMENSION,
      };
      autoScaling.setActions(
        resourceId,
        ScheduledActions.map((action) => ({ ...target, ...action })),
      );
      return { ref: targetId(resourceId), attributes: { Id: targetId(resourceId) } };
    },
    async remove({ ref }) {
      autoScaling.deregister(ref.split("|")[0] ?? "");
    },
  };
}

const policyProperties = z.looseObject({ ScalingTargetId: z.string().optional() });

/** `AWS::ApplicationAutoScaling::ScalingPolicy`; its Ref is the ARN that alarms have as an action. */
export function scalingPolicyPlayer(autoScaling: AutoScaling): ResourcePlayer {
  return {
    async play(resource) {
      const { ScalingTargetId, ...properties } = readProperties(resource, policyProperties);
      const [ResourceId, ScalableDimension, ServiceNamespace] = ScalingTargetId?.split("|") ?? [];
      const { arn } = autoScaling.putPolicy({
        ...(ScalingTargetId !== undefined && { ResourceId, ScalableDimension, ServiceNamespace }),
        ...properties,
      });
      return { ref: arn, attributes: { Arn: arn } };
    },
    async remove({ ref }) {
      autoScaling.deletePolicy(ref);
    },
  };
}
