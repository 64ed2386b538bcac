import { type AuthorizerOptions, explainKeys } from "../iam/authorizer.ts";
import { authorizeSecret } from "../iam/deliveries.ts";
import { createResourcePolicies } from "../iam/resource-policies.ts";
import { NotPlayedError } from "../wire/aws-error.ts";
import type { Realm } from "../wire/realm.ts";
import type { Peers } from "./peers.ts";

/** What decisions on permissions ask the services for. */
export function authorizerConnections(
  realm: Realm,
  log: (line: string) => void,
  peers: () => Peers,
): Pick<AuthorizerOptions, "facts" | "resourcePolicy"> {
  return {
    facts: {
      realm,
      taskDefinition: (reference) => peers().ecs.taskDefinition(reference),
      secretArn: (secretId) => peers().secrets.arnOf(secretId),
      mappedFunctionArn: (uuid) => peers().lambda.mappedFunctionArn(uuid),
      autoScalingGroupOf: (id) =>
        peers()
          .autoScalingGroups.list()
          .find(({ instances }) => instances.some((instance) => instance.id === id))?.name,
      sourceQueueArns: (deadLetterArn) => peers().messaging.sourceQueueArns(deadLetterArn),
    },
    resourcePolicy: createResourcePolicies(
      {
        bucket: (name) => peers().s3.bucketConfig(name)?.policy,
        queue: (queueArn) => peers().messaging.queuePolicy(queueArn),
        topic: (topicArn) => peers().messaging.topicPolicy(topicArn),
        function: (name) => peers().lambda.policy(name),
        fileSystem: (fileSystemArn) => peers().fileSystems.policyOf(fileSystemArn),
      },
      (policy) => explainKeys(policy, log),
    ),
  };
}

/**
 * The value behind a task definition's `ValueFrom`, as the task's execution role may read it.
 * @throws AwsError when the role may not; Error naming it when there is none
 */
export async function resolveSecret(
  realm: Realm,
  peers: () => Peers,
  request: { readonly valueFrom: string; readonly roleArn: string | undefined; readonly sessionName: string },
): Promise<string> {
  authorizeSecret(peers().authorizer, realm, request);
  const { valueFrom } = request;
  // arn:aws:secretsmanager:<region>:<account>:secret:<name>:<json key>:<stage>:<version>
  const parts = valueFrom.split(":");
  const isSecret = parts[2] === "secretsmanager";
  const [jsonKey, stage, version] = parts.slice(7);
  if (version) throw new NotPlayedError(`ecs secrets with a version id (${valueFrom})`);
  const value = isSecret
    ? peers().secrets.value(parts.slice(0, 7).join(":"), jsonKey || undefined, stage || undefined)
    : peers().ssm.get(valueFrom);
  if (value === undefined) throw new Error(`ResourceNotFoundException: ${valueFrom} does not exist`);
  return value;
}
