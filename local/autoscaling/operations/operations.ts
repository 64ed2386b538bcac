import type { Operation } from "../../wire/operation.ts";
import type { AutoScalingContext } from "../context.ts";
import { DescribeScalingActivities } from "./activities.ts";
import { DeleteScalingPolicy, DescribeScalingPolicies, PutScalingPolicy } from "./policies.ts";
import { DeleteScheduledAction, DescribeScheduledActions, PutScheduledAction } from "./scheduled-actions.ts";
import { ListTagsForResource, TagResource, UntagResource } from "./tags.ts";
import { DeregisterScalableTarget, DescribeScalableTargets, RegisterScalableTarget } from "./targets.ts";

/** Every operation of Application Auto Scaling that is played. */
export const operations: Readonly<Record<string, Operation<AutoScalingContext>>> = {
  RegisterScalableTarget,
  DeregisterScalableTarget,
  DescribeScalableTargets,
  PutScalingPolicy,
  DeleteScalingPolicy,
  DescribeScalingPolicies,
  PutScheduledAction,
  DeleteScheduledAction,
  DescribeScheduledActions,
  DescribeScalingActivities,
  TagResource,
  UntagResource,
  ListTagsForResource,
};
