import { Annotations } from "aws-cdk-lib";
import {
  type Connections,
  GatewayVpcEndpointAwsService,
  type IVpc,
  Port,
  SecurityGroup,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import type { Construct } from "constructs";
import type { AccessLogs } from "./access-logs.ts";
import { interfaceEndpointIds } from "./config/endpoints.ts";
import type { Config } from "./config.ts";
import { INTERFACE_ENDPOINTS } from "./interface-endpoints.ts";

/** Where tasks and the console's load balancer are, and how tasks reach AWS from there. */
export interface Network {
  readonly vpc: IVpc;
  readonly cidr: string;
  readonly taskSubnets: SubnetSelection;
  readonly loadBalancerSubnets: SubnetSelection;
  /** Whether tasks on Fargate get public addresses, which is their way out. */
  readonly assignPublicIp: boolean;
  /** Lets tasks reach the VPC's own endpoints, where there are some. */
  readonly allowEndpoints: (from: Connections) => void;
}

const GATEWAY_ENDPOINTS = {
  S3: { service: GatewayVpcEndpointAwsService.S3 },
  DynamoDB: { service: GatewayVpcEndpointAwsService.DYNAMODB },
};

/** Subnets of a new VPC; /20 has room for 4091 tasks in each of two zones. */
const SUBNETS = {
  public: [{ name: "public", subnetType: SubnetType.PUBLIC, cidrMask: 20 }],
  nat: [
    { name: "public", subnetType: SubnetType.PUBLIC, cidrMask: 24 },
    { name: "private", subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
  ],
  endpoints: [{ name: "isolated", subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 20 }],
};
const TASK_SUBNETS = {
  public: SubnetType.PUBLIC,
  nat: SubnetType.PRIVATE_WITH_EGRESS,
  endpoints: SubnetType.PRIVATE_ISOLATED,
};
const ZONES = 2;

export function createNetwork(scope: Construct, config: Config, accessLogs: AccessLogs): Network {
  return config.vpcId === undefined
    ? newNetwork(scope, config, accessLogs)
    : existingNetwork(scope, { ...config, vpcId: config.vpcId });
}

function newNetwork(scope: Construct, config: Config, accessLogs: AccessLogs): Network {
  const { network } = config;
  const vpc = new Vpc(scope, "Vpc", {
    maxAzs: ZONES,
    natGateways: network === "nat" ? (config.natGateways ?? ZONES) : 0,
    // It would add a function with rights of its own; nothing here is in the default group.
    restrictDefaultSecurityGroup: false,
    subnetConfiguration: SUBNETS[network],
    gatewayEndpoints: GATEWAY_ENDPOINTS,
  });
  accessLogs.ofNetwork(vpc);
  const taskSubnets = { subnetType: TASK_SUBNETS[network] };
  return {
    // CDK's classes and interfaces disagree on optional members under exactOptionalPropertyTypes: hence `as`.
    vpc: vpc as IVpc,
    cidr: vpc.vpcCidrBlock,
    taskSubnets,
    loadBalancerSubnets:
      config.loadBalancerScheme === "internet-facing" ? { subnetType: SubnetType.PUBLIC } : taskSubnets,
    assignPublicIp: network === "public",
    allowEndpoints: addEndpoints(scope, vpc, config),
  };
}

/** Interface endpoints for what tasks use, behind one security group. @returns lets more tasks reach them */
function addEndpoints(scope: Construct, vpc: Vpc, config: Config): Network["allowEndpoints"] {
  const ids = interfaceEndpointIds(config);
  if (ids.length === 0) return () => {};
  const group = new SecurityGroup(scope, "Endpoints", {
    vpc: vpc as IVpc,
    description: "VPC endpoints of AWS services",
    allowAllOutbound: false,
  });
  const subnets = { subnetType: TASK_SUBNETS[config.network] };
  for (const id of ids) {
    const service = INTERFACE_ENDPOINTS[id];
    vpc.addInterfaceEndpoint(id, { service, subnets, securityGroups: [group], open: false });
  }
  return (from) => group.connections.allowFrom(from, Port.HTTPS, "Tasks to AWS");
}

/** By its attributes, so that synthesis looks nothing up; what it lacks is for its owner to add. */
function existingNetwork(scope: Construct, config: Config & { readonly vpcId: string }): Network {
  const { vpcId, vpcCidr = "", availabilityZones = [], subnetIds = [], loadBalancerSubnetIds } = config;
  const vpc = Vpc.fromVpcAttributes(scope, "Vpc", {
    vpcId,
    vpcCidrBlock: vpcCidr,
    availabilityZones,
    privateSubnetIds: subnetIds,
    publicSubnetIds: loadBalancerSubnetIds ?? subnetIds,
  });
  // Routes are the owner's: nothing here adds one, which is all that route tables would be needed for.
  for (const subnet of [...vpc.privateSubnets, ...vpc.publicSubnets]) {
    Annotations.of(subnet).acknowledgeWarning("@aws-cdk/aws-ec2:noSubnetRouteTableId");
  }
  return {
    vpc,
    cidr: vpcCidr,
    taskSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
    loadBalancerSubnets: { subnetType: SubnetType.PUBLIC },
    assignPublicIp: config.network === "public",
    allowEndpoints: () => {},
  };
}
