import { Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { NodeFunction } from "./node-function.ts";
import type { Platform } from "./platform.ts";
import type { Task } from "./task-definition.ts";

/** RunTask of these families, in one cluster, passing each family's two roles to ECS alone. */
export function grantRunTask(caller: NodeFunction, platform: Platform, tasks: readonly Task[]): void {
  const definitions = tasks.map(({ definition }) => definition);
  const stack = Stack.of(caller);
  const inCluster = { ArnEquals: { "ecs:cluster": platform.cluster.clusterArn } };
  caller.function.addToRolePolicy(
    new PolicyStatement({
      actions: ["ecs:RunTask"],
      // Whatever the revision: the newest one runs.
      resources: definitions.flatMap(({ family }) =>
        [`${family}:*`, family].map((resourceName) =>
          stack.formatArn({ service: "ecs", resource: "task-definition", resourceName }),
        ),
      ),
      conditions: inCluster,
    }),
  );
  caller.function.addToRolePolicy(
    new PolicyStatement({
      actions: ["ecs:TagResource"],
      resources: [
        stack.formatArn({
          service: "ecs",
          resource: "task",
          resourceName: `${platform.cluster.clusterName}/*`,
        }),
      ],
      conditions: { StringEquals: { "ecs:CreateAction": "RunTask" } },
    }),
  );
  caller.function.addToRolePolicy(
    new PolicyStatement({
      actions: ["iam:PassRole"],
      resources: definitions.flatMap((definition) => [
        definition.taskRole.roleArn,
        definition.obtainExecutionRole().roleArn,
      ]),
      conditions: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    }),
  );
}
