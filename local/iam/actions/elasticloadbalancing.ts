import { type ActionMapping, type ActionMappings, on } from "./requirement.ts";

const onNothing =
  (action: string): ActionMapping =>
  () =>
    on(`elasticloadbalancing:${action}`, "*");

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html */
export const elasticloadbalancingActions: ActionMappings = {
  DescribeListeners: onNothing("DescribeListeners"),
  DescribeLoadBalancers: onNothing("DescribeLoadBalancers"),
  DescribeRules: onNothing("DescribeRules"),
  DescribeTargetGroups: onNothing("DescribeTargetGroups"),
  DescribeTargetHealth: onNothing("DescribeTargetHealth"),
};
