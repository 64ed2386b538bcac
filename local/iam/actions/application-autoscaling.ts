import { arn } from "../../wire/realm.ts";
import { type ActionMapping, type ActionMappings, on, tagContext } from "./requirement.ts";

const PREFIX = "application-autoscaling";

const everywhere =
  (action: string): ActionMapping =>
  () =>
    on(`${PREFIX}:${action}`, "*");
const onTarget =
  (action: string): ActionMapping =>
  ({ ServiceNamespace, ScalableDimension, Tags }, { realm }) =>
    on(`${PREFIX}:${action}`, arn(realm, PREFIX, "scalable-target/*"), {
      [`${PREFIX}:service-namespace`]: ServiceNamespace,
      [`${PREFIX}:scalable-dimension`]: ScalableDimension,
      ...tagContext(Tags ?? {}),
    });

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsapplicationautoscaling.html */
export const applicationAutoscalingActions: ActionMappings = {
  RegisterScalableTarget: onTarget("RegisterScalableTarget"),
  DeregisterScalableTarget: onTarget("DeregisterScalableTarget"),
  PutScalingPolicy: onTarget("PutScalingPolicy"),
  DeleteScalingPolicy: onTarget("DeleteScalingPolicy"),
  PutScheduledAction: onTarget("PutScheduledAction"),
  DeleteScheduledAction: onTarget("DeleteScheduledAction"),
  DescribeScalableTargets: everywhere("DescribeScalableTargets"),
  DescribeScalingPolicies: everywhere("DescribeScalingPolicies"),
  DescribeScheduledActions: everywhere("DescribeScheduledActions"),
  DescribeScalingActivities: everywhere("DescribeScalingActivities"),
  ListTagsForResource: ({ ResourceARN }) => on(`${PREFIX}:ListTagsForResource`, ResourceARN),
  TagResource: ({ ResourceARN, Tags }) => on(`${PREFIX}:TagResource`, ResourceARN, tagContext(Tags)),
  UntagResource: ({ ResourceARN, TagKeys }) =>
    on(`${PREFIX}:UntagResource`, ResourceARN, { "aws:TagKeys": TagKeys }),
};
