import { DatabaseSync } from "node:sqlite";
import {
  CreateCapacityProviderCommand,
  CreateServiceCommand,
  DescribeClustersCommand,
  DescribeContainerInstancesCommand,
  DescribeServicesCommand,
  ListContainerInstancesCommand,
  ListTasksCommand,
  PutClusterCapacityProvidersCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
  UpdateContainerInstancesStateCommand,
} from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";
import { createAutoScalingGroups } from "../../../../local/autoscaling-groups/groups.ts";
import { createClock } from "../../../../local/clock.ts";
import { CLUSTER, type EcsServer, startEcsServer } from "../support/ecs-server.ts";
import {
  container,
  describe,
  detailsOf,
  eventually,
  reached,
  register,
  shellImage,
} from "../support/tasks.ts";

const REALM = { partition: "aws", accountId: "000000000000", region: "us-east-1", endpoint: "" } as const;
const FOREVER = 'trap "exit 0" TERM\necho up\nwhile :; do sleep 0.05; done';
const BRIDGE = { requiresCompatibilities: ["EC2"], networkMode: "bridge" } as const;
/** A minute of the scaler is half a second. */
const SPEED = 120;

interface Options {
  readonly min?: number;
  readonly max?: number;
  readonly managedScaling?: "ENABLED" | "DISABLED";
}

/** ECS with a group of t3.small instances (2,048 CPU units, 1,941 MiB) and a capacity provider over it. */
async function startEc2Server({ min = 0, max = 4, managedScaling = "ENABLED" }: Options = {}) {
  const clock = createClock(SPEED);
  const database = new DatabaseSync(":memory:");
  const groups = createAutoScalingGroups({
    realm: REALM,
    database,
    clock,
    onInService: (registration) => void server.ecs.registerInstance(registration),
    onTerminated: (id) => void server.ecs.loseInstance(id),
    log: () => {},
  });
  const server: EcsServer = await startEcsServer({ clock, instanceGroups: groups });
  groups.applyLaunchTemplate("template", {
    LaunchTemplateData: {
      InstanceType: "t3.small",
      ImageId: "ami-1",
      UserData: Buffer.from(`echo ECS_CLUSTER=${CLUSTER} >> /etc/ecs/ecs.config`).toString("base64"),
    },
  });
  const group = groups.applyGroup("group", {
    MinSize: min,
    MaxSize: max,
    LaunchTemplate: { LaunchTemplateName: "template", Version: "1" },
    NewInstancesProtectedFromScaleIn: true,
  });
  await server.client.send(
    new CreateCapacityProviderCommand({
      name: "machines",
      autoScalingGroupProvider: {
        autoScalingGroupArn: group.arn,
        managedScaling: { status: managedScaling },
      },
    }),
  );
  await server.client.send(
    new PutClusterCapacityProvidersCommand({
      cluster: CLUSTER,
      capacityProviders: ["machines"],
      defaultCapacityProviderStrategy: [],
    }),
  );
  // As on AWS, an instance belongs to the capacity provider that is there when it registers.
  groups.start();
  const definitionOf = (family: string, more: Partial<RegisterTaskDefinitionCommandInput> = {}) =>
    register(server, family, [container(shellImage(server, family, FOREVER))], {
      ...BRIDGE,
      cpu: "1024",
      memory: "512",
      ...more,
    } as Partial<RegisterTaskDefinitionCommandInput>);
  return {
    ...server,
    groups,
    definitionOf,
    run: (taskDefinition: string, more: Partial<RunTaskCommandInput> = {}) =>
      server.client.send(
        new RunTaskCommand({
          cluster: CLUSTER,
          taskDefinition,
          capacityProviderStrategy: [{ capacityProvider: "machines", weight: 1 }],
          ...more,
        }),
      ),
    /** Waits for so many registered instances. */
    instances: (count: number) =>
      eventually(`${count} instances`, async () => {
        const { containerInstanceArns = [] } = await server.client.send(
          new ListContainerInstancesCommand({ cluster: CLUSTER }),
        );
        return containerInstanceArns.length === count && containerInstanceArns;
      }),
    async [Symbol.asyncDispose]() {
      groups.stop();
      await server[Symbol.asyncDispose]();
      database.close();
    },
  };
}

test("an instance registers what its type has, and tasks take of it", async () => {
  await using server = await startEc2Server({ min: 1 });
  const [arn = ""] = await server.instances(1);
  const definition = await server.definitionOf("work");
  const { tasks = [] } = await server.run(definition);
  const task = await reached(server, tasks[0]?.taskArn ?? "", "RUNNING");
  expect(task).toMatchObject({
    launchType: "EC2",
    capacityProviderName: "machines",
    containerInstanceArn: arn,
  });
  const { containerInstances = [] } = await server.client.send(
    new DescribeContainerInstancesCommand({ cluster: CLUSTER, containerInstances: [arn] }),
  );
  const [instance] = containerInstances;
  expect(instance).toMatchObject({
    status: "ACTIVE",
    agentConnected: true,
    capacityProviderName: "machines",
    ec2InstanceId: expect.stringMatching(/^i-[0-9a-f]{17}$/),
    runningTasksCount: 1,
    registeredAt: expect.any(Date),
  });
  const amount = (list: "registeredResources" | "remainingResources", name: string) =>
    instance?.[list]?.find((resource) => resource.name === name)?.integerValue;
  expect([amount("registeredResources", "CPU"), amount("remainingResources", "CPU")]).toEqual([2048, 1024]);
  expect([amount("registeredResources", "MEMORY"), amount("remainingResources", "MEMORY")]).toEqual([
    1941, 1429,
  ]);
  expect(instance?.attributes).toContainEqual({ name: "ecs.instance-type", value: "t3.small" });
  const { clusters } = await server.client.send(new DescribeClustersCommand({ clusters: [CLUSTER] }));
  expect(clusters?.[0]?.registeredContainerInstancesCount).toBe(1);
  const { taskArns } = await server.client.send(
    new ListTasksCommand({ cluster: CLUSTER, containerInstance: arn.split("/").at(-1) }),
  );
  expect(taskArns).toEqual([task.taskArn]);
  const events = server.events.filter(
    (event) => event["detail-type"] === "ECS Container Instance State Change",
  );
  expect(events[0]).toMatchObject({ resources: [arn], detail: { status: "ACTIVE", agentConnected: true } });
});

test("without room and without managed scaling each instance says why, and no task is made", async () => {
  await using server = await startEc2Server({ min: 1, managedScaling: "DISABLED" });
  const [arn] = await server.instances(1);
  const large = await server.definitionOf("large", { memory: "4096" });
  expect(await server.run(large)).toMatchObject({
    tasks: [],
    failures: [{ arn, reason: "RESOURCE:MEMORY" }],
  });
  const definition = await server.definitionOf("work");
  const three = await server.run(definition, { count: 3 });
  expect([three.tasks?.length, three.failures]).toEqual([
    2,
    [expect.objectContaining({ reason: "RESOURCE:CPU" })],
  ]);
});

test("launch type EC2 uses any instance of the cluster; without instances it is refused", async () => {
  await using server = await startEc2Server({ managedScaling: "DISABLED" });
  const definition = await server.definitionOf("work");
  const byLaunchType = { launchType: "EC2" as const, capacityProviderStrategy: undefined };
  await expect(server.run(definition, byLaunchType)).rejects.toThrow(/No Container Instances were found/);
  server.groups.setDesiredCapacity("group", 1);
  const [arn] = await server.instances(1);
  const { tasks } = await server.run(definition, byLaunchType);
  expect(tasks?.[0]).toMatchObject({ launchType: "EC2", containerInstanceArn: arn });
});

test("tasks wait in PROVISIONING for managed scaling, which starts two instances from none and ends idle ones", async () => {
  await using server = await startEc2Server();
  const definition = await server.definitionOf("work");
  const { tasks = [], failures } = await server.run(definition);
  const taskArn = tasks[0]?.taskArn ?? "";
  expect([tasks[0]?.lastStatus, tasks[0]?.containerInstanceArn, failures]).toEqual([
    "PROVISIONING",
    undefined,
    [],
  ]);
  await server.instances(2);
  const task = await reached(server, taskArn, "RUNNING");
  expect(task.containerInstanceArn).toMatch(/container-instance\/uploads\//);
  expect(detailsOf(server, taskArn).map(({ lastStatus }) => lastStatus)).toEqual([
    ...["PROVISIONING", "PENDING", "ACTIVATING", "RUNNING"],
  ]);
  // The idle one goes after fifteen low datapoints, the other stays with its task.
  const [left] = await eventually(
    "one instance",
    async () => {
      const arns = await server.instances(1);
      return arns;
    },
    15_000,
  );
  expect(left).toBe(task.containerInstanceArn);
  expect((await describe(server, taskArn)).lastStatus).toBe("RUNNING");
}, 40_000);

test("a task that waits can be stopped, and one that ends makes room for one that waits", async () => {
  await using server = await startEc2Server({ min: 1, max: 1 });
  await server.instances(1);
  const definition = await server.definitionOf("work", { cpu: "2048" });
  const start = async () => (await server.run(definition)).tasks?.[0]?.taskArn ?? "";
  const first = await start();
  await reached(server, first, "RUNNING");
  const [second, third] = [await start(), await start()];
  await server.client.send(new StopTaskCommand({ cluster: CLUSTER, task: second }));
  const stopped = await reached(server, second, "STOPPED");
  expect([stopped.startedAt, stopped.containerInstanceArn]).toEqual([undefined, undefined]);
  expect((await describe(server, third)).lastStatus).toBe("PROVISIONING");
  await server.client.send(new StopTaskCommand({ cluster: CLUSTER, task: first }));
  await reached(server, third, "RUNNING");
});

test("an instance that is gone takes its tasks with it, and the group brings another", async () => {
  await using server = await startEc2Server({ min: 1 });
  const [arn = ""] = await server.instances(1);
  const definition = await server.definitionOf("work");
  const taskArn = (await server.run(definition)).tasks?.[0]?.taskArn ?? "";
  await reached(server, taskArn, "RUNNING");
  const [instance] = server.groups.instances();
  expect(server.groups.killInstance(instance?.ec2InstanceId ?? "")).toBe(true);
  expect(await reached(server, taskArn, "STOPPED")).toMatchObject({
    stopCode: "TerminationNotice",
    stoppedReason: `Host EC2 (instance ${instance?.ec2InstanceId}) terminated.`,
    containers: [{ exitCode: 137 }],
  });
  const [other] = await eventually("another instance", async () => {
    const arns = await server.instances(1);
    return arns[0] !== arn && arns;
  });
  expect(other).not.toBe(arn);
  expect(server.groups.killInstance("i-00000000000000000")).toBe(false);
});

test("a draining instance takes no task, keeps those that were run on it, and loses a service's", async () => {
  await using server = await startEc2Server({ min: 2, managedScaling: "DISABLED" });
  const arns = await server.instances(2);
  const definition = await server.definitionOf("work");
  await server.client.send(
    new CreateServiceCommand({
      cluster: CLUSTER,
      serviceName: "web",
      taskDefinition: definition,
      desiredCount: 1,
      capacityProviderStrategy: [{ capacityProvider: "machines", weight: 1 }],
    }),
  );
  const taskOf = () =>
    eventually("a running task of the service", async () => {
      const { taskArns = [] } = await server.client.send(
        new ListTasksCommand({ cluster: CLUSTER, serviceName: "web" }),
      );
      if (taskArns.length !== 1) return undefined;
      const task = await describe(server, taskArns[0] ?? "");
      return task.lastStatus === "RUNNING" && task;
    });
  const before = await taskOf();
  const drained = before.containerInstanceArn ?? "";
  const alone = (
    await server.run(definition, {
      placementConstraints: [
        { type: "memberOf", expression: "attribute:ecs.instance-type == t3.small" },
        { type: "distinctInstance" },
      ],
      group: "alone",
      count: 2,
    })
  ).tasks;
  const companion = alone?.find(({ containerInstanceArn }) => containerInstanceArn === drained);
  expect(new Set(alone?.map(({ containerInstanceArn }) => containerInstanceArn))).toEqual(new Set(arns));
  const { containerInstances } = await server.client.send(
    new UpdateContainerInstancesStateCommand({
      cluster: CLUSTER,
      containerInstances: [drained],
      status: "DRAINING",
    }),
  );
  expect(containerInstances?.[0]?.status).toBe("DRAINING");
  const after = await eventually("the task has moved", async () => {
    const task = await taskOf();
    return task.taskArn !== before.taskArn && task;
  });
  expect(after.containerInstanceArn).not.toBe(drained);
  expect((await describe(server, companion?.taskArn ?? "")).desiredStatus).toBe("RUNNING");
  const { tasks, failures } = await server.run(definition);
  expect([tasks, failures?.map(({ reason }) => reason)]).toEqual([[], ["RESOURCE:CPU"]]);
});

test("a service that no instance has room for says so, and starts its task when one comes", async () => {
  await using server = await startEc2Server({ min: 1, managedScaling: "DISABLED" });
  await server.instances(1);
  const definition = await server.definitionOf("work", { cpu: "2048" });
  await server.client.send(
    new CreateServiceCommand({
      cluster: CLUSTER,
      serviceName: "web",
      taskDefinition: definition,
      desiredCount: 2,
      capacityProviderStrategy: [{ capacityProvider: "machines", weight: 1 }],
    }),
  );
  const service = async () => {
    const { services } = await server.client.send(
      new DescribeServicesCommand({ cluster: CLUSTER, services: ["web"] }),
    );
    return services?.[0];
  };
  await eventually("an event of the service", async () =>
    (await service())?.events?.some(({ message }) =>
      /unable to place a task because no container instance met all of its requirements.*RESOURCE:CPU/.test(
        message ?? "",
      ),
    ),
  );
  server.groups.setDesiredCapacity("group", 2);
  await eventually("two running tasks", async () => (await service())?.runningCount === 2);
});
