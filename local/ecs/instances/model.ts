/** A container instance; times are milliseconds of the runtime's clock. */
export interface ContainerInstance {
  readonly containerInstanceArn: string;
  readonly clusterArn: string;
  readonly ec2InstanceId: string;
  readonly capacityProviderName: string | undefined;
  readonly registeredAt: number;
  /** CPU units and MiB that tasks may take. */
  readonly registered: { readonly cpu: number; readonly memory: number };
  readonly attributes: readonly { readonly name: string; readonly value?: string | undefined }[];
  status: "ACTIVE" | "DRAINING";
  agentConnected: boolean;
  version: number;
}

/** What an EC2 instance says of itself when its ECS agent registers. */
export interface InstanceRegistration {
  /** Name or ARN. */
  readonly cluster: string;
  readonly ec2InstanceId: string;
  readonly autoScalingGroup: string;
  readonly instanceType: string;
  readonly availabilityZone: string;
  readonly imageId: string;
  readonly cpu: number;
  readonly memory: number;
  readonly architecture: "x86_64" | "arm64";
  /** `ECS_INSTANCE_ATTRIBUTES`. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** The Auto Scaling groups behind capacity providers. */
export interface InstanceGroups {
  /** @returns undefined for a group that does not exist */
  describe(group: string): GroupView | undefined;
  setDesiredCapacity(group: string, count: number): void;
  /** Ends instances that managed scaling has no use for, and lowers the desired capacity by as many. */
  terminate(group: string, ec2InstanceIds: readonly string[]): void;
}

export interface GroupView {
  readonly desired: number;
  readonly min: number;
  readonly max: number;
  /** Launched and not yet in service. */
  readonly pending: number;
  /** What tasks may take of one of its instances. */
  readonly size: { readonly cpu: number; readonly memory: number };
}
