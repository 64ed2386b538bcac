import {
  DescribeContainerInstancesCommand,
  ECSClient,
  ListContainerInstancesCommand,
} from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";
import { connection, startSmallRuntime } from "../faults/small-runtime.ts";
import { groupTemplate } from "./group-template.ts";

test("the group of a template registers its instances with the cluster that their user data names", async () => {
  const runtime = await startSmallRuntime(groupTemplate());
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
  const runtime = await startSmallRuntime(groupTemplate(), { faults: [{ kind: "instance-kill", times: 1 }] });
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
  await expect(startSmallRuntime(groupTemplate(data))).rejects.toThrow(message);
});
