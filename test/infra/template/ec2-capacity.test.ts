import { describe, expect, it } from "vitest";
import { z } from "zod";
import { pipelines } from "../../../infra/pipelines.ts";
import { permissions, readable, referencesIn, resourcesOf } from "./resources.ts";
import { synthesize } from "./synthesize.ts";

const mixed = synthesize({ settings: { compute: "mixed" } });
const ec2 = synthesize({ settings: { compute: "ec2", architecture: "arm64", minInstances: 2 } });
const fargate = synthesize();

/** The one resource of a type. */
function only({ template }: typeof mixed, type: string) {
  const [found, ...more] = resourcesOf(template, type);
  if (!found || more.length > 0) throw new RangeError(`${type}: not one`);
  return found[1];
}

describe("compute: fargate", () => {
  it("has nothing of EC2's", () => {
    for (const type of [
      "AWS::AutoScaling::AutoScalingGroup",
      "AWS::EC2::LaunchTemplate",
      "AWS::ECS::CapacityProvider",
      "AWS::IAM::InstanceProfile",
    ]) {
      expect(resourcesOf(fargate.template, type), type).toEqual([]);
    }
  });
});

describe("an instance", () => {
  const data = z
    .looseObject({ UserData: z.unknown(), ImageId: z.object({ Ref: z.string() }) })
    .parse(only(mixed, "AWS::EC2::LaunchTemplate").Properties.LaunchTemplateData);

  it("answers IMDSv2 alone, and no further than the host", () => {
    expect(data.MetadataOptions).toMatchObject({ HttpTokens: "required", HttpPutResponseHopLimit: 1 });
  });

  it("has an encrypted gp3 volume that goes with it, with room for the largest task", () => {
    const volumeOf = (made: typeof mixed) =>
      JSON.parse(JSON.stringify(only(made, "AWS::EC2::LaunchTemplate").Properties.LaunchTemplateData))
        .BlockDeviceMappings[0].Ebs;
    expect(volumeOf(mixed)).toEqual({
      DeleteOnTermination: true,
      Encrypted: true,
      VolumeSize: 50,
      VolumeType: "gp3",
    });
    expect(volumeOf(ec2)).toMatchObject({ VolumeSize: 230 });
  });

  it.each([
    [mixed, "m7i.xlarge", "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"],
    [ec2, "m7g.xlarge", "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"],
  ])("is of a type and image that fit the architecture, without a look-up", (made, type, parameter) => {
    const launch = z
      .looseObject({ InstanceType: z.string(), ImageId: z.object({ Ref: z.string() }) })
      .parse(only(made, "AWS::EC2::LaunchTemplate").Properties.LaunchTemplateData);
    expect(launch.InstanceType).toBe(type);
    expect(made.template.toJSON().Parameters[launch.ImageId.Ref]).toEqual({
      Type: "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>",
      Default: parameter,
    });
    expect(made.lookups).toEqual([]);
  });

  it("tells its ECS agent the cluster, the log drivers, and what to do before it goes", () => {
    const script = JSON.stringify(data.UserData);
    for (const line of [
      "ECS_AVAILABLE_LOGGING_DRIVERS=",
      "ECS_ENABLE_SPOT_INSTANCE_DRAINING=true",
      "ECS_AWSVPC_BLOCK_IMDS=true",
      "ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION=15m",
      "echo ECS_CLUSTER=",
    ]) {
      expect(script).toContain(line);
    }
    expect(referencesIn(data.UserData).map(readable).sort()).toEqual([
      "PlatformCluster",
      "PlatformEc2CloudWatchAgent",
    ]);
    expect(script.indexOf("ECS_CLUSTER")).toBeLessThan(script.indexOf("amazon-cloudwatch-agent"));
  });

  it("reports its CPU, memory, disk and agents' logs by the CloudWatch agent", () => {
    const agent = JSON.stringify(only(mixed, "AWS::SSM::Parameter").Properties.Value);
    for (const measured of ["usage_active", "mem_used_percent", "used_percent", "ecs-agent.log"]) {
      expect(agent).toContain(measured);
    }
    expect(referencesIn(only(mixed, "AWS::SSM::Parameter").Properties.Value).map(readable)).toContain(
      "PlatformEc2HostLogs",
    );
  });

  it("may do what its agents need, for this cluster, and no more", () => {
    const role = (made: typeof mixed) =>
      [...permissions(made.template)].find(([id]) => readable(id) === "PlatformEc2InstanceRole")?.[1] ?? [];
    const actions = (made: typeof mixed) => role(made).flatMap(({ Action }) => Action);
    expect(actions(mixed).sort()).toEqual([
      "cloudwatch:PutMetricData",
      "ecs:DeregisterContainerInstance",
      "ecs:DiscoverPollEndpoint",
      "ecs:Poll",
      "ecs:RegisterContainerInstance",
      "ecs:StartTelemetrySession",
      "ecs:SubmitAttachmentStateChanges",
      "ecs:SubmitContainerStateChange",
      "ecs:SubmitTaskStateChange",
      "ecs:UpdateContainerInstancesState",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "ssm:GetParameter",
    ]);
    const open = role(mixed).filter(({ Resource }) => Resource.includes("*"));
    expect(open.map(({ Action, Condition }) => [Action, Condition])).toEqual([
      [["ecs:DiscoverPollEndpoint"], undefined],
      [["cloudwatch:PutMetricData"], { StringEquals: { "cloudwatch:namespace": "Longshore/Hosts" } }],
    ]);
    const sessions = synthesize({ settings: { compute: "mixed", instanceSessions: true } });
    expect(actions(sessions).filter((action) => action.startsWith("ssmmessages:"))).toHaveLength(4);
    for (const [id, { Properties }] of resourcesOf(mixed.template, "AWS::IAM::Role")) {
      expect(Properties.ManagedPolicyArns, id).toBeUndefined();
    }
  });
});

describe("the capacity provider", () => {
  it("scales its group, protects what runs tasks, and drains what goes", () => {
    expect(only(mixed, "AWS::ECS::CapacityProvider").Properties.AutoScalingGroupProvider).toMatchObject({
      ManagedScaling: { Status: "ENABLED", TargetCapacity: 100 },
      ManagedTerminationProtection: "ENABLED",
      ManagedDraining: "ENABLED",
    });
    expect(only(mixed, "AWS::AutoScaling::AutoScalingGroup").Properties).toMatchObject({
      MinSize: "0",
      MaxSize: "10",
      NewInstancesProtectedFromScaleIn: true,
    });
    expect(only(ec2, "AWS::AutoScaling::AutoScalingGroup").Properties).toMatchObject({ MinSize: "2" });
  });

  it("is the cluster's before any service names it", () => {
    const [[association = ""] = []] = resourcesOf(
      mixed.template,
      "AWS::ECS::ClusterCapacityProviderAssociations",
    );
    for (const [id, service] of resourcesOf(mixed.template, "AWS::ECS::Service")) {
      expect(service.DependsOn, id).toContain(association);
    }
  });
});

describe("work", () => {
  const serviceOf = (made: typeof mixed, name: string) =>
    resourcesOf(made.template, "AWS::ECS::Service").find(([id]) => id.startsWith(name))?.[1].Properties;
  const variablesOf = (made: typeof mixed, name: string) =>
    z
      .object({ Variables: z.record(z.string(), z.unknown()) })
      .parse(
        resourcesOf(made.template, "AWS::Lambda::Function").find(([id]) => id.startsWith(name))?.[1]
          .Properties.Environment,
      ).Variables;

  const taskVariable = (made: typeof mixed, name: string, variable: string) => {
    const definition = resourcesOf(made.template, "AWS::ECS::TaskDefinition").find(([id]) =>
      id.startsWith(name),
    );
    const [container] = z
      .array(z.looseObject({ Environment: z.array(z.object({ Name: z.string(), Value: z.unknown() })) }))
      .parse(definition?.[1].Properties.ContainerDefinitions);
    return String(container?.Environment.find(({ Name }) => Name === variable)?.Value);
  };

  it.each([mixed, ec2])("of the queue is on instances, spread over zones and packed within one", (made) => {
    expect(serviceOf(made, "QueueWorkers")).toMatchObject({
      PlacementStrategies: [
        { Type: "spread", Field: "attribute:ecs.availability-zone" },
        { Type: "binpack", Field: "CPU" },
      ],
      CapacityProviderStrategy: [
        { CapacityProvider: { Ref: expect.stringContaining("PlatformEc2Provider") } },
      ],
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: "DISABLED" } },
    });
  });

  it.each([
    [fargate, "FARGATE_SPOT,FARGATE", "FARGATE", false],
    [mixed, "FARGATE_SPOT,FARGATE", "FARGATE", true],
    [ec2, "EC2", "EC2", true],
  ])("that comes and goes is where the configuration says", (made, burst, batch, instances) => {
    expect(variablesOf(made, "QueueWorkersBurst").CAPACITY).toBe(burst);
    expect(variablesOf(made, "HourlyBatchLaunchBatch").CAPACITY).toBe(batch);
    expect("INSTANCES" in variablesOf(made, "UploadProcessingLaunchUpload")).toBe(instances);
  });

  it("of single objects has the pipelines' own order, or instances alone", () => {
    const told = (made: typeof mixed) =>
      z
        .array(z.looseObject({ capacity: z.array(z.string()), memoryCeilingMiB: z.number() }))
        .parse(JSON.parse(taskVariable(made, "QueueWorkers", "PIPELINES")));
    expect(told(mixed).map(({ capacity }) => capacity)).toEqual(pipelines.map(({ capacity }) => capacity));
    for (const { capacity, memoryCeilingMiB } of told(ec2)) {
      expect(capacity).toEqual(["EC2"]);
      expect(memoryCeilingMiB).toBeLessThan(16_384);
    }
  });

  it("runs on both launch types from one task definition where both are there", () => {
    const kinds = (made: typeof mixed) =>
      resourcesOf(made.template, "AWS::ECS::TaskDefinition").map(([, { Properties }]) =>
        [Properties.RequiresCompatibilities].flat().sort(),
      );
    expect(new Set(kinds(mixed).map(String))).toEqual(new Set(["EC2,FARGATE"]));
    expect(new Set(kinds(fargate).map(String))).toEqual(new Set(["FARGATE"]));
  });

  it("is counted at the price of what its workers run on", () => {
    const worker = (made: typeof mixed) => JSON.parse(taskVariable(made, "HourlyBatch", "WORKER"));
    expect(worker(mixed)).toMatchObject({ capacity: "EC2", places: 8 });
    expect(worker(fargate)).toMatchObject({ capacity: "FARGATE", places: 8 });
    for (const part of ["HourlyBatch", "QueueWorkers"]) {
      expect(taskVariable(mixed, part, "INSTANCE_TYPE"), part).toMatch(/^m7[ig]\.xlarge$/);
    }
    expect(taskVariable(mixed, "QueueWorkers", "CAPACITY")).toBe("EC2");
    expect(taskVariable(fargate, "QueueWorkers", "CAPACITY")).toBe("FARGATE");
  });
});
