import { Duration } from "aws-cdk-lib";
import { AutoScalingGroup, GroupMetrics, type IAutoScalingGroup } from "aws-cdk-lib/aws-autoscaling";
import {
  EbsDeviceVolumeType,
  type IMachineImage,
  InstanceType,
  type ISecurityGroup,
  type IVpc,
  LaunchTemplate,
  type SubnetSelection,
} from "aws-cdk-lib/aws-ec2";
import {
  AmiHardwareType,
  AsgCapacityProvider,
  type Cluster,
  EcsOptimizedImage,
  type ICluster,
} from "aws-cdk-lib/aws-ecs";
import { LogGroup, type LogGroupProps } from "aws-cdk-lib/aws-logs";
import { type IStringParameter, StringParameter } from "aws-cdk-lib/aws-ssm";
import { Construct } from "constructs";
import type { Pipeline } from "../events/pipeline.ts";
import type { Config } from "./config.ts";
import { hostMetricsConfiguration } from "./host-metrics.ts";
import { InstanceRole } from "./instance-role.ts";
import { type InstanceSize, instanceSize } from "./instance-size.ts";
import { cloudWatchAgentCommands, instanceUserData } from "./instance-user-data.ts";

export interface Ec2CapacityProps {
  readonly cluster: Cluster;
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  /** Of the instances themselves. */
  readonly securityGroup: ISecurityGroup;
  /** Whether instances need public addresses to reach AWS. */
  readonly publicAddresses: boolean;
  readonly config: Config;
  /** Whose tasks may come. */
  readonly pipelines: readonly Pipeline[];
  readonly logs: LogGroupProps;
}

/** For the system and the images of containers. */
const SYSTEM_GIB = 30;
/** What Fargate gives every task unasked. */
const TASK_GIB = 20;

/**
 * EC2 instances of the cluster: an Auto Scaling group behind a capacity provider. ECS starts instances for tasks that
 * wait, ends none that runs a task, and moves services' tasks off those that have to go.
 */
export class Ec2Capacity extends Construct {
  readonly group: AutoScalingGroup;
  readonly capacityProvider: AsgCapacityProvider;
  /** What tasks can have of one instance. */
  readonly size: InstanceSize;
  readonly binpackOn: Config["binpackOn"];
  /** What agents on the instances log. */
  readonly hostLogs: LogGroup;

  constructor(scope: Construct, id: string, props: Ec2CapacityProps) {
    super(scope, id);
    const { cluster, config } = props;
    this.size = instanceSize(config);
    this.binpackOn = config.binpackOn;
    this.hostLogs = new LogGroup(this, "HostLogs", props.logs);
    const agentConfiguration = new StringParameter(this, "CloudWatchAgent", {
      description: "Configuration of the CloudWatch agent on the cluster's instances",
      stringValue: JSON.stringify(hostMetricsConfiguration(cluster.clusterName, this.hostLogs.logGroupName)),
    });
    this.group = new AutoScalingGroup(this, "Group", {
      vpc: props.vpc,
      vpcSubnets: props.subnets,
      launchTemplate: this.createLaunchTemplate(props, agentConfiguration),
      minCapacity: config.minInstances,
      maxCapacity: config.maxInstances,
      // Nothing but a fresh launch brings a new machine image: no instance grows older than this.
      maxInstanceLifetime: Duration.days(14),
      groupMetrics: [GroupMetrics.all()],
    });
    this.capacityProvider = new AsgCapacityProvider(this, "Provider", {
      autoScalingGroup: this.group as IAutoScalingGroup,
      enableManagedScaling: true,
      enableManagedTerminationProtection: true,
      enableManagedDraining: true,
      targetCapacityPercent: config.targetCapacityPercent,
      // Registered with the cluster by then; ECS counts an instance from its start.
      instanceWarmupPeriod: 120,
    });
    cluster.addAsgCapacityProvider(this.capacityProvider);
    this.group.addUserData(...cloudWatchAgentCommands(agentConfiguration.parameterName));
  }

  /** What functions that start tasks are told. */
  environment(): Record<string, string> {
    return {
      INSTANCES: JSON.stringify({
        capacityProvider: this.capacityProvider.capacityProviderName,
        cpu: this.size.cpu,
        memoryMiB: this.size.memoryMiB,
        binpackOn: this.binpackOn,
      }),
    };
  }

  private createLaunchTemplate(
    props: Ec2CapacityProps,
    agentConfiguration: IStringParameter,
  ): LaunchTemplate {
    const { config } = props;
    const { role } = new InstanceRole(this, "Instance", {
      cluster: props.cluster as ICluster,
      hostLogs: this.hostLogs,
      agentConfiguration,
      sessions: config.instanceSessions,
    });
    return new LaunchTemplate(this, "LaunchTemplate", {
      instanceType: new InstanceType(this.size.type),
      // An SSM parameter that CloudFormation reads as it deploys: nothing is looked up at synthesis.
      machineImage: EcsOptimizedImage.amazonLinux2023(
        config.architecture === "arm64" ? AmiHardwareType.ARM : AmiHardwareType.STANDARD,
      ) as IMachineImage,
      // CDK would add rights of its own, wider ones, for any cluster.
      role: role.withoutPolicyUpdates(),
      securityGroup: props.securityGroup,
      associatePublicIpAddress: props.publicAddresses,
      requireImdsv2: true,
      // One hop is as far as the host itself: no task takes on the instance's role.
      httpPutResponseHopLimit: 1,
      detailedMonitoring: false,
      blockDevices: [
        {
          deviceName: "/dev/xvda",
          volume: {
            ebsDevice: {
              volumeSize: config.instanceVolumeGiB ?? volumeFor(props.pipelines),
              volumeType: EbsDeviceVolumeType.GP3,
              encrypted: true,
              deleteOnTermination: true,
            },
          },
        },
      ],
      userData: instanceUserData(),
    });
  }
}

/** Room for the system and for the largest task that may run on an instance; tasks share what there is. */
function volumeFor(pipelines: readonly Pipeline[]): number {
  const asked = pipelines
    .filter(({ capacity }) => capacity.includes("EC2"))
    .flatMap(({ sizes }) => sizes.map(({ size }) => size.ephemeralStorageGiB ?? TASK_GIB));
  return SYSTEM_GIB + Math.max(TASK_GIB, ...asked);
}
