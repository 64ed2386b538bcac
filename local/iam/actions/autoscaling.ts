import { arn, type Realm } from "../../wire/realm.ts";
import { type ActionMapping, type ActionMappings, on } from "./requirement.ts";

const everywhere =
  (action: string): ActionMapping =>
  () =>
    on(`autoscaling:${action}`, "*");
const onGroup =
  (action: string): ActionMapping =>
  ({ AutoScalingGroupName }, { realm }) =>
    on(`autoscaling:${action}`, groupArn(realm, AutoScalingGroupName));

/** A group's ARN holds an id that only EC2 Auto Scaling knows: policies leave it open, and here it is always the same. */
function groupArn(realm: Realm, name: string): string {
  return arn(realm, "autoscaling", `autoScalingGroup:local:autoScalingGroupName/${name}`);
}

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html */
export const autoscalingActions: ActionMappings = {
  DescribeAutoScalingGroups: everywhere("DescribeAutoScalingGroups"),
  DescribeAutoScalingInstances: everywhere("DescribeAutoScalingInstances"),
  SetDesiredCapacity: onGroup("SetDesiredCapacity"),
  SetInstanceProtection: onGroup("SetInstanceProtection"),
  TerminateInstanceInAutoScalingGroup: ({ InstanceId }, { realm, autoScalingGroupOf }) =>
    on(
      "autoscaling:TerminateInstanceInAutoScalingGroup",
      groupArn(realm, autoScalingGroupOf(InstanceId) ?? "*"),
    ),
  UpdateAutoScalingGroup: onGroup("UpdateAutoScalingGroup"),
};
