import { ACTIONS } from "../../../../local/iam/actions/actions.ts";
import type { Requirement, ResourceFacts } from "../../../../local/iam/actions/requirement.ts";
import type { Realm } from "../../../../local/wire/realm.ts";

export const realm: Realm = {
  partition: "aws",
  accountId: "000000000000",
  region: "us-east-1",
  endpoint: "http://127.0.0.1:4566",
};

/** A made-up account: one task definition, one secret, one mapping, one dead-letter queue. */
export const facts: ResourceFacts = {
  realm,
  taskDefinition: (reference) =>
    /(^|\/)processor(:7)?$/.test(reference)
      ? {
          taskDefinitionArn: "arn:aws:ecs:us-east-1:000000000000:task-definition/processor:7",
          taskRoleArn: "arn:aws:iam::000000000000:role/task",
          executionRoleArn: "arn:aws:iam::000000000000:role/execution",
        }
      : undefined,
  secretArn: (id) =>
    id === "token" ? "arn:aws:secretsmanager:us-east-1:000000000000:secret:token-AbCdEf" : undefined,
  mappedFunctionArn: () => "arn:aws:lambda:us-east-1:000000000000:function:worker",
  autoScalingGroupOf: () => "machines",
  sourceQueueArns: () => ["arn:aws:sqs:us-east-1:000000000000:jobs"],
};

export function requirements(service: string, operation: string, input: unknown): readonly Requirement[] {
  const mapping = ACTIONS[service]?.[operation];
  if (!mapping) throw new Error(`${service} ${operation} has no mapping`);
  return mapping(input, facts);
}

/** What a call asks, as `action resource` lines; of ARNs what follows the account. */
export function asked(service: string, operation: string, input: unknown): string[] {
  return requirements(service, operation, input).map(
    ({ action, resource }) => `${action} ${resource.replace(/^arn:aws:[a-z0-9-]+:[a-z0-9-]*:\d*:/, "")}`,
  );
}
