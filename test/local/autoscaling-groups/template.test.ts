import {
  DescribeContainerInstancesCommand,
  ECSClient,
  ListContainerInstancesCommand,
} from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";
import { connection, startSmallRuntime } from "../faults/small-runtime.ts";

/** What CDK writes for an Auto Scaling group behind a capacity provider. */
const template = (launchTemplateData: object = {}) => ({
  Cluster: { Type: "AWS::ECS::Cluster" },
  LaunchTemplate: {
    Type: "AWS::EC2::LaunchTemplate",
    Properties: {
      LaunchTemplateData: {
        BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { Encrypted: true, VolumeSize: 30 } }],
        ImageId: "ami-0123456789abcdef0",
        InstanceType: "m7g.large",
        MetadataOptions: { HttpTokens: "required" },
        UserData: {
          "Fn::Base64": {
            "Fn::Join": [
              "",
              ["#!/bin/bash\necho ECS_CLUSTER=", { Ref: "Cluster" }, " >> /etc/ecs/ecs.config"],
            ],
          },
        },
        ...launchTemplateData,
      },
    },
  },
  Group: {
    Type: "AWS::AutoScaling::AutoScalingGroup",
    Properties: {
      LaunchTemplate: {
        LaunchTemplateId: { Ref: "LaunchTemplate" },
        Version: { "Fn::GetAtt": ["LaunchTemplate", "LatestVersionNumber"] },
      },
      MaxSize: "3",
      MinSize: "1",
      MetricsCollection: [{ Granularity: "1Minute" }],
      NewInstancesProtectedFromScaleIn: true,
    },
  },
  Provider: {
    Type: "AWS::ECS::CapacityProvider",
    Properties: {
      AutoScalingGroupProvider: {
        AutoScalingGroupArn: { Ref: "Group" },
        ManagedDraining: "ENABLED",
        ManagedScaling: { Status: "ENABLED", TargetCapacity: 100 },
        ManagedTerminationProtection: "ENABLED",
      },
    },
  },
  Associations: {
    Type: "AWS::ECS::ClusterCapacityProviderAssociations",
    Properties: {
      Cluster: { Ref: "Cluster" },
      CapacityProviders: [{ Ref: "Provider" }],
      DefaultCapacityProviderStrategy: [],
    },
  },
});

test("the group of a template registers its instances with the cluster that their user data names", async () => {
  const runtime = await startSmallRuntime(template());
  expect(runtime.notPlayed).toEqual([]);
  const ecs = new ECSClient(connection(runtime));
  const cluster = runtime.outputs.Cluster;
  const list = async () =>
    (await ecs.send(new ListContainerInstancesCommand({ cluster }))).containerInstanceArns;
  await expect.poll(list, { timeout: 10_000 }).toHaveLength(1);
  const { containerInstances } = await ecs.send(
    new DescribeContainerInstancesCommand({ cluster, containerInstances: await list() }),
  );
  expect(containerInstances?.[0]).toMatchObject({ capacityProviderName: runtime.outputs.Provider });
  expect(containerInstances?.[0]?.attributes).toEqual(
    expect.arrayContaining([
      { name: "ecs.instance-type", value: "m7g.large" },
      { name: "ecs.cpu-architecture", value: "arm64" },
    ]),
  );
});

test("instance-kill takes an instance away, and the group brings another", async () => {
  const runtime = await startSmallRuntime(template(), { faults: [{ kind: "instance-kill", times: 1 }] });
  const ecs = new ECSClient(connection(runtime));
  const cluster = runtime.outputs.Cluster;
  await expect.poll(() => runtime.faults.injections(), { timeout: 10_000 }).toHaveLength(1);
  const [{ target } = { target: "" }] = runtime.faults.injections();
  const idsOf = async () => {
    const { containerInstanceArns = [] } = await ecs.send(new ListContainerInstancesCommand({ cluster }));
    if (containerInstanceArns.length === 0) return [];
    const { containerInstances = [] } = await ecs.send(
      new DescribeContainerInstancesCommand({ cluster, containerInstances: containerInstanceArns }),
    );
    return containerInstances.map(({ ec2InstanceId }) => ec2InstanceId);
  };
  await expect.poll(idsOf, { timeout: 10_000 }).toHaveLength(1);
  expect(await idsOf()).not.toContain(target);
});

test.each([
  [
    "an instance type that is not in the table",
    { InstanceType: "p5.48xlarge" },
    /instance type p5\.48xlarge/,
  ],
  ["a property that is not played", { HibernationOptions: { Configured: true } }, /HibernationOptions/],
])("refuses %s by name", async (_, data, message) => {
  await expect(startSmallRuntime(template(data))).rejects.toThrow(message);
});
