import {
  CreateClusterCommand,
  DeregisterTaskDefinitionCommand,
  DescribeCapacityProvidersCommand,
  DescribeClustersCommand,
  DescribeTaskDefinitionCommand,
  ExecuteCommandCommand,
  ListClustersCommand,
  ListTagsForResourceCommand,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";
import { CLUSTER, startEcsServer } from "./support/ecs-server.ts";
import { container, reached, register, run, shellImage } from "./support/tasks.ts";

test("revisions are numbered, the latest active one answers for the family, an inactive one runs nothing", async () => {
  await using server = await startEcsServer();
  const { client } = server;
  const image = shellImage(server, "a", "true");
  const first = await register(server, "a", [container(image)], { tags: [{ key: "team", value: "x" }] });
  const second = await register(server, "a", [container(image)]);
  expect(second).toMatch(/:task-definition\/a:2$/);
  const latest = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: "a" }));
  expect(latest.taskDefinition).toMatchObject({
    revision: 2,
    status: "ACTIVE",
    compatibilities: ["EC2", "FARGATE"],
    registeredAt: expect.any(Date),
  });
  await client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: "a:2" }));
  const before = await client.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: "a", include: ["TAGS"] }),
  );
  expect(before).toMatchObject({ taskDefinition: { revision: 1 }, tags: [{ key: "team", value: "x" }] });
  await expect(run(server, "a:2")).rejects.toMatchObject({ message: "TaskDefinition is inactive" });
  await expect(run(server, "b")).rejects.toMatchObject({ name: "ClientException" });
  expect((await client.send(new ListTaskDefinitionsCommand({}))).taskDefinitionArns).toEqual([first]);
  expect((await client.send(new ListTaskDefinitionFamiliesCommand({ status: "ACTIVE" }))).families).toEqual([
    "a",
  ]);
});

test.each([
  [
    "another log driver",
    { logConfiguration: { logDriver: "gelf" as const, options: { "gelf-address": "u" } } },
    {},
    /log driver gelf/,
  ],
  [
    "a missing stream prefix",
    {
      logConfiguration: {
        logDriver: "awslogs" as const,
        options: { "awslogs-group": "g", "awslogs-region": "r" },
      },
    },
    {},
    /awslogs-stream-prefix/,
  ],
  [
    "a dependency that is missing",
    { dependsOn: [{ containerName: "x", condition: "START" as const }] },
    {},
    /unknown container 'x'/,
  ],
  [
    "a mount of no volume",
    { mountPoints: [{ sourceVolume: "v", containerPath: "/v" }] },
    {},
    /Unknown volume 'v'/,
  ],
  ["a stop time-out of 121 s", { stopTimeout: 121 }, {}, /stopTimeout/],
  ["no essential container", { essential: false }, {}, /essential/],
  ["a wrong size", {}, { memory: "100" }, /No Fargate configuration/],
  ["ephemeral storage of 20 GiB", {}, { ephemeralStorage: { sizeInGiB: 20 } }, /sizeInGiB/],
  [
    "awslogs without an execution role",
    {},
    { executionRoleArn: undefined },
    /execution role ARN to support log driver awslogs/,
  ],
  ["another network mode", {}, { networkMode: "bridge" as const }, /awsvpc/],
])("RegisterTaskDefinition refuses %s", async (_what, more, definition, message) => {
  await using server = await startEcsServer();
  await expect(register(server, "bad", [container("i", more)], definition)).rejects.toThrow(message);
});

test("a cluster counts its tasks and knows its tags and capacity providers", async () => {
  await using server = await startEcsServer();
  const { client } = server;
  const definition = await register(server, "a", [container(shellImage(server, "a", "sleep 30"))]);
  await reached(server, await run(server, definition), "RUNNING");
  const { clusters, failures } = await client.send(
    new DescribeClustersCommand({ clusters: [CLUSTER, "none"], include: ["STATISTICS"] }),
  );
  expect(clusters).toMatchObject([
    {
      clusterName: CLUSTER,
      status: "ACTIVE",
      runningTasksCount: 1,
      pendingTasksCount: 0,
      activeServicesCount: 0,
    },
  ]);
  expect(failures).toMatchObject([{ reason: "MISSING", arn: expect.stringMatching(/cluster\/none$/) }]);
  const { cluster } = await client.send(
    new CreateClusterCommand({ clusterName: "second", tags: [{ key: "a", value: "1" }] }),
  );
  const resourceArn = cluster?.clusterArn ?? "";
  await client.send(new TagResourceCommand({ resourceArn, tags: [{ key: "b", value: "2" }] }));
  await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ["a"] }));
  expect((await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual([
    { key: "b", value: "2" },
  ]);
  const page = await client.send(new ListClustersCommand({ maxResults: 1 }));
  const rest = await client.send(new ListClustersCommand({ nextToken: page.nextToken }));
  expect([...(page.clusterArns ?? []), ...(rest.clusterArns ?? [])].map((arn) => arn.split("/")[1])).toEqual([
    "second",
    CLUSTER,
  ]);
  const providers = await client.send(new DescribeCapacityProvidersCommand({}));
  expect(providers.capacityProviders?.map(({ name }) => name)).toEqual(["FARGATE", "FARGATE_SPOT"]);
});

test("an operation that is not played says so", async () => {
  await using server = await startEcsServer();
  await expect(
    server.client.send(
      new ExecuteCommandCommand({ cluster: CLUSTER, task: "t", command: "sh", interactive: true }),
    ),
  ).rejects.toMatchObject({
    name: "UnknownOperationException",
    message: expect.stringMatching(/ExecuteCommand is not played/),
  });
});
