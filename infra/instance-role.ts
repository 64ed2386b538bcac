import { Stack } from "aws-cdk-lib";
import type { ICluster } from "aws-cdk-lib/aws-ecs";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { IStringParameter } from "aws-cdk-lib/aws-ssm";
import { Construct } from "constructs";
import { HOST_METRICS_NAMESPACE } from "./host-metrics.ts";

export interface InstanceRoleProps {
  readonly cluster: ICluster;
  readonly hostLogs: ILogGroup;
  /** Configuration of the CloudWatch agent. */
  readonly agentConfiguration: IStringParameter;
  /** Whether Session Manager opens shells. */
  readonly sessions: boolean;
}

/**
 * What the host may do, in the place of AWS's managed policies, which name no cluster: the ECS agent for this one
 * cluster, the CloudWatch agent for its own metrics and logs. Images are pulled and tasks' logs are written with each
 * task's execution role, so that the host needs no right to either.
 * Source: ECS developer guide, "Amazon ECS container instance IAM role".
 */
export class InstanceRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: InstanceRoleProps) {
    super(scope, id);
    this.role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("ec2.amazonaws.com"),
      description: "Of the instances that tasks run on",
    });
    this.allowEcsAgent(props.cluster);
    this.allowCloudWatchAgent(props);
    if (props.sessions) this.allowSessions();
  }

  private allow(actions: readonly string[], resources: readonly string[], conditions: object = {}): void {
    this.role.addToPolicy(
      new PolicyStatement({
        actions: [...actions],
        resources: [...resources],
        conditions: { ...conditions },
      }),
    );
  }

  private allowEcsAgent(cluster: ICluster): void {
    this.allow(
      [
        "ecs:DeregisterContainerInstance",
        "ecs:RegisterContainerInstance",
        "ecs:SubmitAttachmentStateChanges",
        "ecs:SubmitContainerStateChange",
        "ecs:SubmitTaskStateChange",
      ],
      [cluster.clusterArn],
    );
    this.allow(
      // The last one is for ECS_ENABLE_SPOT_INSTANCE_DRAINING: an agent that gets a warning drains its instance.
      ["ecs:Poll", "ecs:StartTelemetrySession", "ecs:UpdateContainerInstancesState"],
      [
        Stack.of(this).formatArn({
          service: "ecs",
          resource: "container-instance",
          resourceName: `${cluster.clusterName}/*`,
        }),
      ],
      { ArnEquals: { "ecs:cluster": cluster.clusterArn } },
    );
    this.allow(["ecs:DiscoverPollEndpoint"], ["*"]);
  }

  private allowCloudWatchAgent({ hostLogs, agentConfiguration }: InstanceRoleProps): void {
    this.allow(["cloudwatch:PutMetricData"], ["*"], {
      StringEquals: { "cloudwatch:namespace": HOST_METRICS_NAMESPACE },
    });
    this.allow(["logs:CreateLogStream", "logs:PutLogEvents"], [hostLogs.logGroupArn]);
    this.allow(["ssm:GetParameter"], [agentConfiguration.parameterArn]);
  }

  /** Of AmazonSSMManagedInstanceCore what a shell needs. Source: Systems Manager user guide, Session Manager. */
  private allowSessions(): void {
    this.allow(
      [
        "ssm:UpdateInstanceInformation",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
      ],
      ["*"],
    );
  }
}
