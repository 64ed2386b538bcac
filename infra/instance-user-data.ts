import { UserData } from "aws-cdk-lib/aws-ec2";
import { RESERVED_MEMORY_MIB } from "./instance-size.ts";

/**
 * Settings of the ECS agent, which reads them as it starts; ECS_CLUSTER is added by CDK with the capacity provider.
 * Source: ECS developer guide, "Amazon ECS container agent configuration".
 */
const AGENT_SETTINGS: Readonly<Record<string, string>> = {
  // A task whose log driver is not in the list is not placed here.
  ECS_AVAILABLE_LOGGING_DRIVERS: JSON.stringify(["awslogs", "awsfirelens", "splunk", "json-file", "none"]),
  // Two minutes before a Spot instance goes, its services' tasks move.
  ECS_ENABLE_SPOT_INSTANCE_DRAINING: "true",
  // Tasks have roles of their own; the instance's is none of theirs.
  ECS_AWSVPC_BLOCK_IMDS: "true",
  ECS_RESERVED_MEMORY: String(RESERVED_MEMORY_MIB),
  // Images are assets: what a tag stands for never changes, so that a cached one is the right one.
  ECS_IMAGE_PULL_BEHAVIOR: "prefer-cached",
  // Logs are in CloudWatch by then; what a stopped task leaves on the volume is in the way of the next.
  ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION: "15m",
  ECS_LOGLEVEL: "warn",
};

/** What an instance does as it starts: the ECS agent's settings. */
export function instanceUserData(): UserData {
  const userData = UserData.forLinux();
  userData.addCommands(
    "cat <<'EOF' >> /etc/ecs/ecs.config",
    ...Object.entries(AGENT_SETTINGS).map(([name, value]) => `${name}=${value}`),
    "EOF",
  );
  return userData;
}

/** Installs the CloudWatch agent. Should that fail, the instance takes tasks all the same. */
export function cloudWatchAgentCommands(agentConfiguration: string): string[] {
  return [
    "dnf install --assumeyes amazon-cloudwatch-agent",
    `/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s -c ssm:${agentConfiguration}`,
  ];
}
