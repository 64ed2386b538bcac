import { stackId, stackNameOf } from "../../cloudformation/stack-id.ts";
import { type ActionMapping, type ActionMappings, on } from "./requirement.ts";

/** Without a name DescribeStacks lists all stacks, and needs the right on all of them. */
const onStack =
  (action: string): ActionMapping =>
  ({ StackName }, { realm }) =>
    on(`cloudformation:${action}`, StackName === undefined ? "*" : stackId(realm, stackNameOf(StackName)));

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html */
export const cloudformationActions: ActionMappings = {
  DescribeStackEvents: onStack("DescribeStackEvents"),
  DescribeStackResource: onStack("DescribeStackResource"),
  DescribeStackResources: onStack("DescribeStackResources"),
  DescribeStacks: onStack("DescribeStacks"),
  GetTemplate: onStack("GetTemplate"),
  ListExports: () => on("cloudformation:ListExports", "*"),
  ListStackResources: onStack("ListStackResources"),
  ListStacks: () => on("cloudformation:ListStacks", "*"),
};
