import type { Template } from "aws-cdk-lib/assertions";
import { expect } from "vitest";
import { permissions, readable, referencesIn, resourcesOf } from "../resources.ts";

/** Actions that AWS knows no resources for; permissions.test.ts says of each what it lets see or do. */
const WITHOUT_RESOURCES = [
  "application-autoscaling:DescribeScalingActivities",
  "cloudwatch:GetMetricData",
  "cloudwatch:PutMetricData",
  "ecr:GetAuthorizationToken",
  "ecs:DescribeTaskDefinition",
  "ecs:DiscoverPollEndpoint",
  "ecs:ListServices",
  "ecs:ListTasks",
  "lambda:ListFunctions",
  "ssm:UpdateInstanceInformation",
  "ssmmessages:CreateControlChannel",
  "ssmmessages:CreateDataChannel",
  "ssmmessages:OpenControlChannel",
  "ssmmessages:OpenDataChannel",
  "xray:PutTelemetryRecords",
  "xray:PutTraceSegments",
];

/** What holds for the roles of every configuration. */
export function checkAccess(template: Template): void {
  const roles = permissions(template);
  for (const [id, statements] of roles) {
    for (const { Action, Resource, Condition } of statements) {
      expect(
        Action.filter((action) => action.includes("*")),
        id,
      ).toEqual([]);
      if (Resource.includes("*")) {
        expect(
          Action.filter((action) => !WITHOUT_RESOURCES.includes(action)),
          id,
        ).toEqual([]);
      }
      if (Action.includes("ecs:RunTask")) {
        expect(referencesIn(Condition?.ArnEquals?.["ecs:cluster"]).map(readable), id).toEqual([
          "PlatformCluster",
        ]);
      }
      if (Action.includes("iam:PassRole")) {
        expect(Condition?.StringEquals?.["iam:PassedToService"], id).toBe("ecs-tasks.amazonaws.com");
      }
    }
  }
  const definitions = resourcesOf(template, "AWS::ECS::TaskDefinition").map(
    ([, { Properties }]) => Properties,
  );
  const taskRoles = definitions.flatMap(({ TaskRoleArn }) => referencesIn(TaskRoleArn));
  const executionRoles = definitions.flatMap(({ ExecutionRoleArn }) => referencesIn(ExecutionRoleArn));
  const all = [...taskRoles, ...executionRoles];
  expect(new Set(all).size, "a task role and an execution role for each task definition").toBe(
    2 * definitions.length,
  );
}
