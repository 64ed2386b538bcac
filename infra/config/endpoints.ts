import type { Config } from "../config.ts";

/** Interface endpoints that a VPC of this app may need, by their construct's id. */
export type EndpointId =
  | "Sqs"
  | "EcrApi"
  | "EcrDocker"
  | "Logs"
  | "SecretsManager"
  | "Ecs"
  | "EcsAgent"
  | "EcsTelemetry"
  | "Ssm"
  | "Monitoring"
  | "Events"
  | "Lambda"
  | "SsmMessages";

/**
 * What tasks and instances call and cannot reach otherwise. S3 and DynamoDB have gateway endpoints. Functions are outside
 * the VPC and need none; nor does the ECS agent of Fargate, and what a service encrypts it asks KMS for itself. A VPC
 * that is there already has what its owner gave it.
 * Sources: Amazon ECS and Amazon ECR developer guides, "interface VPC endpoints (AWS PrivateLink)"; Systems Manager user
 * guide, "Improve the security of EC2 instances by using VPC endpoints".
 */
export function interfaceEndpointIds(config: Config): readonly EndpointId[] {
  const hasInstances = config.compute !== "fargate";
  if (config.vpcId !== undefined) return [];
  if (config.network !== "endpoints") {
    // Tasks on instances have no public address, whatever their subnet. Images and logs are the host's affair.
    return config.network === "public" && hasInstances ? ["Sqs"] : [];
  }
  return [
    "Sqs",
    // Images are pulled by these two together; their layers come from S3.
    "EcrApi",
    "EcrDocker",
    // Tokens, of the console and of Splunk, are read before a task starts, from the task's own network.
    "SecretsManager",
    // What the console shows and does: logs, tasks, metrics and alarms, dead letters that go back to where they came from.
    "Logs",
    "Ecs",
    "Monitoring",
    "Events",
    "Lambda",
    ...(hasInstances ? (["EcsAgent", "EcsTelemetry", "Ssm"] as const) : []),
    ...(hasInstances && config.instanceSessions ? (["SsmMessages"] as const) : []),
  ];
}
