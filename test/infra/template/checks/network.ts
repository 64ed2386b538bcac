import type { Template } from "aws-cdk-lib/assertions";
import { expect } from "vitest";
import { z } from "zod";
import type { Config } from "../../../../infra/config.ts";
import { readable, referencesIn, resourcesOf } from "../resources.ts";

/** Interface endpoints by the last part of their service's name, as `network: endpoints` needs them. */
function endpointsFor(config: Config): string[] {
  const onInstances = config.compute !== "fargate";
  if (config.vpcId !== undefined || config.network === "nat") return [];
  if (config.network === "public") return onInstances ? ["sqs"] : [];
  return [
    ...["ecr.api", "ecr.dkr", "ecs", "events", "lambda", "logs", "monitoring", "secretsmanager", "sqs"],
    ...(onInstances ? ["ecs-agent", "ecs-telemetry", "ssm"] : []),
    ...(onInstances && config.instanceSessions ? ["ssmmessages"] : []),
  ].sort();
}

/** Tasks reach AWS as the configuration says, and in no other way. */
export function checkNetwork(template: Template, config: Config): void {
  const of = (type: string) => resourcesOf(template, type);
  const isNew = config.vpcId === undefined;
  const gateways = isNew && config.network === "nat" ? (config.natGateways ?? 2) : 0;
  expect(of("AWS::EC2::NatGateway"), "NAT gateways").toHaveLength(gateways);
  expect(of("AWS::EC2::InternetGateway"), "internet gateways").toHaveLength(
    isNew && config.network !== "endpoints" ? 1 : 0,
  );
  expect(of("AWS::EC2::VPC"), "VPCs").toHaveLength(isNew ? 1 : 0);
  expect(of("AWS::EC2::FlowLog"), "flow logs").toHaveLength(isNew ? 1 : 0);

  const endpoints = of("AWS::EC2::VPCEndpoint").map(([, { Properties }]) => Properties);
  const names = (type: string) =>
    endpoints
      .filter(({ VpcEndpointType }) => VpcEndpointType === type)
      .map(({ ServiceName }) => /\.((?:ecr\.)?[\w-]+)"[\]}]*$/.exec(JSON.stringify(ServiceName))?.[1])
      .sort();
  expect(names("Interface"), "interface endpoints").toEqual(endpointsFor(config));
  expect(names("Gateway"), "gateway endpoints").toEqual(isNew ? ["dynamodb", "s3"] : []);
  for (const endpoint of endpoints.filter(({ VpcEndpointType }) => VpcEndpointType === "Interface")) {
    expect(endpoint.PrivateDnsEnabled).toBe(true);
    expect(referencesIn(endpoint.SecurityGroupIds).map(readable)).toEqual(["PlatformEndpoints"]);
  }

  const isPublic = new Map(
    of("AWS::EC2::Subnet").map(([id, { Properties }]) => [id, Properties.MapPublicIpOnLaunch]),
  );
  const assigned = config.network === "public";
  for (const [id, { Properties }] of of("AWS::ECS::Service")) {
    const { AwsvpcConfiguration } = serviceNetwork.parse(Properties.NetworkConfiguration);
    const onInstances = config.compute !== "fargate" && id.startsWith("QueueWorkers");
    expect(AwsvpcConfiguration.AssignPublicIp ?? "DISABLED", id).toBe(
      assigned && !onInstances ? "ENABLED" : "DISABLED",
    );
    if (isNew) {
      for (const subnet of referencesIn(AwsvpcConfiguration.Subnets)) {
        expect(isPublic.get(subnet), `${id} in ${subnet}`).toBe(assigned);
      }
    } else expect(AwsvpcConfiguration.Subnets).toEqual(config.subnetIds);
  }
  const told = of("AWS::Lambda::Function")
    .map(([, { Properties }]) => variables.parse(Properties.Environment).Variables)
    .filter(({ SUBNETS }) => SUBNETS !== undefined);
  expect(told.length).toBeGreaterThanOrEqual(2);
  for (const { ASSIGN_PUBLIC_IP } of told) expect(ASSIGN_PUBLIC_IP).toBe(assigned ? "ENABLED" : "DISABLED");
}

const serviceNetwork = z.object({
  AwsvpcConfiguration: z.looseObject({
    AssignPublicIp: z.string().optional(),
    Subnets: z.array(z.unknown()),
  }),
});
const variables = z.object({ Variables: z.record(z.string(), z.unknown()) });
