import { CloudWatchClient, ListMetricsCommand } from "@aws-sdk/client-cloudwatch";
import { describe, expect, test } from "vitest";
import { startSmallRuntime } from "../faults/small-runtime.ts";
import { askAutoScaling, onlyGroup } from "./ask-autoscaling.ts";
import { groupTemplate } from "./group-template.ts";

const inService = async (endpoint: string) =>
  ((await onlyGroup(endpoint)).Instances.member ?? []).filter(
    ({ LifecycleState }) => LifecycleState === "InService",
  );

describe("the API of EC2 Auto Scaling", () => {
  test("shows a group, moves its size, and keeps its zones even", async () => {
    const { endpoint } = await startSmallRuntime(groupTemplate());
    const { AutoScalingGroupName } = await onlyGroup(endpoint);
    expect(await onlyGroup(endpoint)).toMatchObject({
      MinSize: "1",
      MaxSize: "3",
      DesiredCapacity: "1",
      AvailabilityZones: { member: ["us-east-1a", "us-east-1b"] },
    });
    await askAutoScaling(endpoint, "SetDesiredCapacity", { AutoScalingGroupName, DesiredCapacity: "2" });
    await expect.poll(() => inService(endpoint), { timeout: 10_000 }).toHaveLength(2);
    const zones = (await inService(endpoint)).map(({ AvailabilityZone }) => AvailabilityZone);
    expect(zones.toSorted()).toEqual(["us-east-1a", "us-east-1b"]);
    const { AutoScalingInstances } = await askAutoScaling(endpoint, "DescribeAutoScalingInstances", {
      MaxRecords: "1",
    });
    expect(AutoScalingInstances.member).toHaveLength(1);
  });

  test("ends an instance with and without another in its place", async () => {
    const { endpoint } = await startSmallRuntime(groupTemplate());
    const { AutoScalingGroupName } = await onlyGroup(endpoint);
    const end = async (ShouldDecrementDesiredCapacity: string) => {
      const [{ InstanceId } = { InstanceId: "" }] = await inService(endpoint);
      await askAutoScaling(endpoint, "TerminateInstanceInAutoScalingGroup", {
        InstanceId,
        ShouldDecrementDesiredCapacity,
      });
      await expect
        .poll(async () => (await inService(endpoint)).map((one) => one.InstanceId), { timeout: 10_000 })
        .not.toContain(InstanceId);
    };
    await askAutoScaling(endpoint, "SetDesiredCapacity", { AutoScalingGroupName, DesiredCapacity: "2" });
    await expect.poll(() => inService(endpoint), { timeout: 10_000 }).toHaveLength(2);
    await end("false");
    await expect.poll(() => inService(endpoint), { timeout: 10_000 }).toHaveLength(2);
    await end("true");
    expect(await onlyGroup(endpoint)).toMatchObject({ DesiredCapacity: "1" });
    await expect(end("true")).rejects.toThrow(/ValidationError: .*minSize \(1\)/);
  });

  test("ends no protected instance to make a group smaller, until the protection is taken off", async () => {
    const { endpoint } = await startSmallRuntime(groupTemplate());
    const { AutoScalingGroupName } = await onlyGroup(endpoint);
    await askAutoScaling(endpoint, "SetDesiredCapacity", { AutoScalingGroupName, DesiredCapacity: "2" });
    await expect.poll(() => inService(endpoint), { timeout: 10_000 }).toHaveLength(2);
    await askAutoScaling(endpoint, "UpdateAutoScalingGroup", {
      AutoScalingGroupName,
      MaxSize: "2",
      DesiredCapacity: "1",
    });
    expect(await inService(endpoint)).toHaveLength(2);
    const [{ InstanceId } = { InstanceId: "" }] = await inService(endpoint);
    await askAutoScaling(endpoint, "SetInstanceProtection", {
      AutoScalingGroupName,
      "InstanceIds.member.1": InstanceId,
      ProtectedFromScaleIn: "false",
    });
    await expect
      .poll(async () => (await inService(endpoint)).map((one) => one.InstanceId), { timeout: 10_000 })
      .not.toContain(InstanceId);
    expect(await inService(endpoint)).toHaveLength(1);
  });

  test.each([
    ["SetDesiredCapacity", { AutoScalingGroupName: "none", DesiredCapacity: "1" }, /name not found - none/],
    [
      "TerminateInstanceInAutoScalingGroup",
      { InstanceId: "i-1", ShouldDecrementDesiredCapacity: "true" },
      /No managed instance found for i-1/,
    ],
    ["DescribeAutoScalingGroups", { NextToken: "x" }, /InvalidNextToken/],
    ["StartInstanceRefresh", { AutoScalingGroupName: "x" }, /StartInstanceRefresh is not played/],
  ])("refuses %s of what is not there", async (action, form, message) => {
    const { endpoint } = await startSmallRuntime(groupTemplate());
    await expect(askAutoScaling(endpoint, action, form)).rejects.toThrow(message);
  });
});

test("a capacity provider reports its reservation once a minute", async () => {
  const runtime = await startSmallRuntime(groupTemplate(), undefined, { speed: 120 });
  const client = new CloudWatchClient({
    endpoint: runtime.endpoint,
    region: runtime.region,
    credentials: { accessKeyId: "admin", secretAccessKey: "admin" },
  });
  const dimensions = async () =>
    (
      await client.send(
        new ListMetricsCommand({
          Namespace: "AWS/ECS/ManagedScaling",
          MetricName: "CapacityProviderReservation",
        }),
      )
    ).Metrics?.[0]?.Dimensions?.map(({ Name, Value }) => [Name, Value]);
  await expect.poll(dimensions, { timeout: 10_000 }).toEqual([
    ["CapacityProviderName", runtime.outputs.Provider],
    ["ClusterName", runtime.outputs.Cluster],
  ]);
});
