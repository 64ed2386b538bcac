import { App, Duration, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as ecs from "aws-cdk-lib/aws-ecs";
import { expect, test } from "vitest";
import {
  clusterFromTemplate,
  serviceFromTemplate,
  taskDefinitionFromTemplate,
} from "../../../local/ecs/from-template.ts";

/** The properties of the only resource of a type in a template that CDK wrote, references as text. */
function propertiesOf(type: string): Record<string, unknown> {
  const stack = new Stack(new App(), "Stack");
  const vpc = ec2.Vpc.fromVpcAttributes(stack, "Vpc", {
    vpcId: "vpc-0123456789abcdef0",
    availabilityZones: ["a"],
    privateSubnetIds: ["subnet-0123456789abcdef0"],
  });
  const cluster = new ecs.Cluster(stack, "Cluster", {
    vpc,
    containerInsightsV2: ecs.ContainerInsights.ENABLED,
  });
  const taskDefinition = new ecs.FargateTaskDefinition(stack, "Task", {
    cpu: 256,
    memoryLimitMiB: 512,
    ephemeralStorageGiB: 30,
  });
  taskDefinition.addVolume({
    name: "efs",
    efsVolumeConfiguration: {
      fileSystemId: "fs-0123456789abcdef0",
      transitEncryption: "ENABLED",
      authorizationConfig: { iam: "ENABLED" },
    },
  });
  taskDefinition
    .addContainer("main", {
      image: ecs.ContainerImage.fromRegistry("image"),
      logging: ecs.LogDrivers.awsLogs({ streamPrefix: "a", mode: ecs.AwsLogDriverMode.NON_BLOCKING }),
      environment: { COUNT: "1", FLAG: "true" },
      portMappings: [{ containerPort: 8080 }],
      healthCheck: { command: ["CMD-SHELL", "true"] },
      stopTimeout: Duration.seconds(100),
    })
    .addMountPoints({ containerPath: "/mnt/efs", sourceVolume: "efs", readOnly: false });
  new ecs.FargateService(stack, "Service", {
    // CDK's own types do not hold under exactOptionalPropertyTypes.
    cluster: cluster as unknown as ecs.ICluster,
    taskDefinition,
    minHealthyPercent: 100,
    circuitBreaker: { rollback: true },
    capacityProviderStrategies: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
  });
  const [resource] = Object.values(Template.fromStack(stack).findResources(type));
  const text = JSON.stringify(resource?.Properties, (_key, value) =>
    value && typeof value === "object" && ("Ref" in value || "Fn::GetAtt" in value) ? "a-reference" : value,
  );
  return JSON.parse(text) as Record<string, unknown>;
}

test("what CDK writes for a task definition becomes the API's input", () => {
  const properties = propertiesOf("AWS::ECS::TaskDefinition");
  expect(taskDefinitionFromTemplate(properties, "physical")).toMatchObject({
    cpu: "256",
    memory: "512",
    networkMode: "awsvpc",
    ephemeralStorage: { sizeInGiB: 30 },
    volumes: [
      {
        name: "efs",
        efsVolumeConfiguration: {
          fileSystemId: "fs-0123456789abcdef0",
          authorizationConfig: { iam: "ENABLED" },
        },
      },
    ],
    containerDefinitions: [
      {
        name: "main",
        environment: [
          { name: "COUNT", value: "1" },
          { name: "FLAG", value: "true" },
        ],
        stopTimeout: 100,
        logConfiguration: {
          logDriver: "awslogs",
          options: { "awslogs-group": "a-reference", mode: "non-blocking" },
        },
        healthCheck: { command: ["CMD-SHELL", "true"], interval: 30, retries: 3, timeout: 5 },
      },
    ],
  });
});

test("what CDK writes for a cluster and a service becomes the API's input", () => {
  expect(clusterFromTemplate(propertiesOf("AWS::ECS::Cluster"), "physical")).toMatchObject({
    clusterName: "physical",
    settings: [{ name: "containerInsights", value: "enabled" }],
  });
  expect(serviceFromTemplate(propertiesOf("AWS::ECS::Service"), "physical")).toMatchObject({
    serviceName: "physical",
    desiredCount: 1,
    capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
    deploymentConfiguration: {
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
    },
    networkConfiguration: {
      awsvpcConfiguration: { subnets: ["subnet-0123456789abcdef0"], assignPublicIp: "DISABLED" },
    },
  });
});

test("a property that is not played is named, a wrong value explained", () => {
  const container = { Name: "main", Image: "image" };
  expect(() =>
    taskDefinitionFromTemplate({ ContainerDefinitions: [{ ...container, Hostname: "x" }] }, "f"),
  ).toThrow(/AWS::ECS::TaskDefinition containerDefinitions\.0\.hostname is not played/);
  expect(() =>
    taskDefinitionFromTemplate({ PidMode: "host", ContainerDefinitions: [container] }, "f"),
  ).toThrow(/pidMode/);
  expect(() => serviceFromTemplate({ TaskDefinition: "a", DesiredCount: -1 }, "s")).toThrow(
    /AWS::ECS::Service: .*desiredCount/s,
  );
});

test("numbers and booleans that CloudFormation gives as text are read as such", () => {
  const input = taskDefinitionFromTemplate(
    { Cpu: 256, ContainerDefinitions: [{ Name: "true", Image: "i", Essential: "true", Memory: "128" }] },
    "f",
  );
  expect(input).toMatchObject({
    cpu: "256",
    containerDefinitions: [{ name: "true", essential: true, memory: 128 }],
  });
});
