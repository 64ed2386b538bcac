import { accountOf } from "./access-request.ts";
import { MalformedPolicyError, type NamedPolicy, parsePolicy } from "./policy-document.ts";

/** A resource's policy, by what kind of resource it is; undefined for one without a policy. */
export interface ResourcePolicySources {
  /** JSON text. */
  bucket(name: string): string | undefined;
  queue(queueArn: string): string | undefined;
  topic(topicArn: string): string | undefined;
  function(functionName: string): object | undefined;
  fileSystem(fileSystemArn: string): string | undefined;
}

/** More policies than any template has; beyond it reading starts anew. */
const MAX_PARSED = 1_000;

/**
 * The resource policy that has a say about an ARN. Each text is read once.
 * @param onRead told of each policy that was read
 * @throws MalformedPolicyError for a text that IAM would not have stored
 */
export function createResourcePolicies(
  sources: ResourcePolicySources,
  onRead: (policy: NamedPolicy) => void = () => {},
): (resource: string) => NamedPolicy | undefined {
  const parsed = new Map<string, NamedPolicy | MalformedPolicyError>();
  const read = (name: string, text: string) => {
    const key = `${name} ${text}`;
    let policy = parsed.get(key);
    if (!policy) {
      policy = parseOrError(name, text);
      if (parsed.size >= MAX_PARSED) parsed.clear();
      parsed.set(key, policy);
      if (!(policy instanceof MalformedPolicyError)) onRead(policy);
    }
    if (policy instanceof MalformedPolicyError) throw policy;
    return policy;
  };
  return (resource) => {
    const [, , service, , , first = "", name = ""] = resource.split(":");
    const text =
      service === "s3"
        ? sources.bucket(first.split("/")[0] ?? "")
        : service === "sqs"
          ? sources.queue(resource)
          : service === "sns"
            ? (sources.topic(resource) ?? defaultTopicPolicy(resource))
            : service === "lambda" && first === "function"
              ? textOf(sources.function(name))
              : service === "elasticfilesystem"
                ? sources.fileSystem(resource)
                : undefined;
    return text ? read(`resource policy of ${resource.split("/")[0]}`, text) : undefined;
  };
}

/**
 * What SNS gives a topic that has no policy of its own: services may publish for resources of the topic's account.
 * A policy, even one that only denies, stands in its place. (SNS developer guide, default access policy)
 */
function defaultTopicPolicy(topicArn: string): string {
  return JSON.stringify({
    Version: "2008-10-17",
    Statement: {
      Sid: "__default_statement_ID",
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: ["SNS:Publish", "SNS:Subscribe", "SNS:GetTopicAttributes", "SNS:SetTopicAttributes"],
      Resource: topicArn,
      Condition: { StringEquals: { "AWS:SourceOwner": accountOf(topicArn) } },
    },
  });
}

function textOf(policy: object | undefined): string | undefined {
  return policy && JSON.stringify(policy);
}

function parseOrError(name: string, text: string): NamedPolicy | MalformedPolicyError {
  try {
    return parsePolicy(name, text);
  } catch (error) {
    if (error instanceof MalformedPolicyError) return error;
    throw error;
  }
}
