import { DescribeServicesCommand, ListTaskDefinitionsCommand } from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";
import { serviceFromTemplate, taskDefinitionFromTemplate } from "../../../local/ecs/from-template.ts";
import { CLUSTER, type EcsServer, startEcsServer } from "./support/ecs-server.ts";
import { eventually, shellImage } from "./support/tasks.ts";

function definitionOf(image: string, value: string) {
  return taskDefinitionFromTemplate(
    {
      Cpu: "256",
      Memory: "512",
      NetworkMode: "awsvpc",
      RequiresCompatibilities: ["FARGATE"],
      ExecutionRoleArn: "arn:aws:iam::000000000000:role/execution",
      ContainerDefinitions: [{ Name: "main", Image: image, Environment: [{ Name: "V", Value: value }] }],
    },
    "web",
  );
}
function serviceOf(taskDefinition: string, desiredCount: number) {
  return serviceFromTemplate(
    {
      Cluster: CLUSTER,
      TaskDefinition: taskDefinition,
      LaunchType: "FARGATE",
      DesiredCount: desiredCount,
      NetworkConfiguration: { AwsvpcConfiguration: { Subnets: ["subnet-1"] } },
    },
    "web",
  );
}
async function stateOf(server: EcsServer) {
  const { services } = await server.client.send(
    new DescribeServicesCommand({ cluster: CLUSTER, services: ["web"] }),
  );
  return services?.[0];
}

test("a template that is played again changes nothing; one that changed changes just that", async () => {
  await using server = await startEcsServer();
  const { ecs } = server;
  const image = shellImage(server, "web", "while :; do sleep 0.1; done");
  const first = ecs.applyTaskDefinition(definitionOf(image, "1")).taskDefinitionArn;
  ecs.applyService(serviceOf(first, 1));
  expect(ecs.applyTaskDefinition(definitionOf(image, "1")).taskDefinitionArn).toBe(first);
  ecs.updateService({ cluster: CLUSTER, service: "web", desiredCount: 2 });
  ecs.applyService(serviceOf(first, 1));
  const scaled = await eventually("two tasks", async () => {
    const service = await stateOf(server);
    return service?.runningCount === 2 && service;
  });
  expect(scaled).toMatchObject({ desiredCount: 2, deployments: [{ rolloutState: expect.any(String) }] });

  const second = ecs.applyTaskDefinition(definitionOf(image, "2")).taskDefinitionArn;
  expect(second).not.toBe(first);
  ecs.applyService(serviceOf(second, 1));
  expect(await stateOf(server)).toMatchObject({ taskDefinition: second, desiredCount: 2 });
  const { taskDefinitionArns } = await server.client.send(new ListTaskDefinitionsCommand({ sort: "DESC" }));
  expect(taskDefinitionArns).toEqual([second, first]);
});

test("nothing starts once the runtime stops", async () => {
  await using server = await startEcsServer();
  const { ecs } = server;
  const { taskDefinitionArn } = ecs.applyTaskDefinition(definitionOf(shellImage(server, "a", "true"), "1"));
  await ecs.stop();
  expect(() =>
    ecs.runTask({ cluster: CLUSTER, taskDefinition: taskDefinitionArn, launchType: "FARGATE" }),
  ).toThrow(/stopping/);
});
