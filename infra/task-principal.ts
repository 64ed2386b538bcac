import { Stack } from "aws-cdk-lib";
import { type IPrincipal, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";

/**
 * ECS, as it takes on the roles of this account's own tasks in this region: not for anybody else's. A single cluster
 * cannot be named. Lambda and EC2 document no such conditions for the roles that they take on.
 * Source: ECS developer guide, "Amazon ECS task IAM role", on the confused deputy.
 */
export function ecsTasks(scope: Construct): IPrincipal {
  const { partition, region, account } = Stack.of(scope);
  return new ServicePrincipal("ecs-tasks.amazonaws.com", {
    conditions: {
      StringEquals: { "aws:SourceAccount": account },
      ArnLike: { "aws:SourceArn": `arn:${partition}:ecs:${region}:${account}:*` },
    },
  });
}
