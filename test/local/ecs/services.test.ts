import {
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DeleteServiceCommand,
  DescribeServicesCommand,
  ListServicesCommand,
  ListTasksCommand,
  type Service,
  UpdateServiceCommand,
  UpdateTaskProtectionCommand,
} from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";
import { CLUSTER, type EcsServer, NETWORK, startEcsServer } from "./support/ecs-server.ts";
import { container, eventually, logged, register, shellImage } from "./support/tasks.ts";

const FOREVER = 'trap "exit 0" TERM\necho up\nwhile :; do sleep 0.05; done';

async function create(
  server: EcsServer,
  taskDefinition: string,
  more: Partial<CreateServiceCommandInput> = {},
) {
  await server.client.send(
    new CreateServiceCommand({
      cluster: CLUSTER,
      serviceName: "web",
      taskDefinition,
      desiredCount: 2,
      launchType: "FARGATE",
      networkConfiguration: NETWORK,
      ...more,
    }),
  );
}

async function describeService(server: EcsServer): Promise<Service> {
  const { services } = await server.client.send(
    new DescribeServicesCommand({ cluster: CLUSTER, services: ["web"] }),
  );
  if (!services?.[0]) throw new Error("service web is missing");
  return services[0];
}

/** Waits until one deployment is left and has as many running tasks as it should. */
function steady(server: EcsServer, count: number): Promise<Service> {
  return eventually("steady state", async () => {
    const service = await describeService(server);
    const [deployment, ...others] = service.deployments ?? [];
    const done = others.length === 0 && deployment?.rolloutState === "COMPLETED";
    return done && service.runningCount === count && service.pendingCount === 0 && service;
  });
}

async function tasksOf(server: EcsServer): Promise<string[]> {
  const { taskArns } = await server.client.send(
    new ListTasksCommand({ cluster: CLUSTER, serviceName: "web", desiredStatus: "RUNNING" }),
  );
  return taskArns ?? [];
}

test("a service keeps its desired count: out, in, and after a task died", async () => {
  await using server = await startEcsServer();
  await create(server, await register(server, "web", [container(shellImage(server, "web", FOREVER))]));
  const service = await steady(server, 2);
  expect(service.events?.[0]?.message).toMatch(/has reached a steady state/);
  expect((await server.client.send(new ListServicesCommand({ cluster: CLUSTER }))).serviceArns).toEqual([
    service.serviceArn,
  ]);
  const [first = ""] = await tasksOf(server);
  expect(server.ecs.killTask(first)).toBe(true);
  await eventually("replacement", async () => {
    const tasks = await tasksOf(server);
    return tasks.length === 2 && !tasks.includes(first);
  });
  await server.client.send(new UpdateServiceCommand({ cluster: CLUSTER, service: "web", desiredCount: 4 }));
  await steady(server, 4);
  const [kept = ""] = await tasksOf(server);
  await server.client.send(
    new UpdateTaskProtectionCommand({ cluster: CLUSTER, tasks: [kept], protectionEnabled: true }),
  );
  await server.client.send(new UpdateServiceCommand({ cluster: CLUSTER, service: "web", desiredCount: 1 }));
  await steady(server, 1);
  expect(await tasksOf(server)).toEqual([kept]);
  expect(server.events.map((event) => event.detail.eventName)).toContain("SERVICE_STEADY_STATE");
});

test("a new task definition rolls out without fewer than the minimum running", async () => {
  await using server = await startEcsServer();
  const image = shellImage(server, "web", FOREVER);
  await create(server, await register(server, "web", [container(image)]));
  await steady(server, 2);
  const second = await register(server, "web", [
    container(image, { environment: [{ name: "V", value: "2" }] }),
  ]);
  await server.client.send(
    new UpdateServiceCommand({ cluster: CLUSTER, service: "web", taskDefinition: "web" }),
  );
  await eventually("rollout", async () => (await steady(server, 2)).taskDefinition === second);
  const running = new Set<unknown>();
  const counts: number[] = [];
  for (const { detail } of server.events) {
    if (detail.taskArn === undefined) continue;
    if (detail.lastStatus === "RUNNING" && detail.desiredStatus === "RUNNING") running.add(detail.taskArn);
    else running.delete(detail.taskArn);
    counts.push(running.size);
  }
  expect(Math.min(...counts.slice(counts.indexOf(2)))).toBe(2);
  expect(Math.max(...counts)).toBeLessThanOrEqual(4);
  expect(
    server.events
      .filter((event) => event["detail-type"] === "ECS Deployment State Change")
      .map((event) => event.detail.eventName),
  ).toEqual([
    "SERVICE_DEPLOYMENT_IN_PROGRESS",
    "SERVICE_DEPLOYMENT_COMPLETED",
    "SERVICE_DEPLOYMENT_IN_PROGRESS",
    "SERVICE_DEPLOYMENT_COMPLETED",
  ]);
});

test("the circuit breaker rolls back to the last deployment that completed", async () => {
  await using server = await startEcsServer();
  const good = await register(server, "web", [container(shellImage(server, "web", FOREVER))]);
  await create(server, good, {
    desiredCount: 1,
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
  });
  await steady(server, 1);
  const bad = await register(server, "web", [container("example.com/no-such-image")]);
  await server.client.send(
    new UpdateServiceCommand({ cluster: CLUSTER, service: "web", taskDefinition: bad }),
  );
  await eventually("rollback", () =>
    server.events.some((event) => event.detail.eventName === "SERVICE_DEPLOYMENT_FAILED"),
  );
  expect((await steady(server, 1)).taskDefinition).toBe(good);
});

test("a service's tasks are registered with its target group while they run", async () => {
  await using server = await startEcsServer();
  const image = shellImage(server, "web", `echo "$PORT"\n${FOREVER}`);
  const definition = await register(server, "web", [
    container(image, {
      portMappings: [{ containerPort: 8080 }],
      environment: [{ name: "PORT", value: "8080" }],
    }),
  ]);
  await create(server, definition, {
    desiredCount: 1,
    loadBalancers: [{ targetGroupArn: "group-1", containerName: "main", containerPort: 8080 }],
  });
  await steady(server, 1);
  const [taskArn = ""] = await tasksOf(server);
  const port = Number(await eventually("port", () => logged(server, taskArn)[0]));
  const target = { group: "group-1", host: "127.0.0.1", port };
  expect(server.targets).toEqual([{ change: "add", ...target }]);
  await expect(
    server.client.send(new DeleteServiceCommand({ cluster: CLUSTER, service: "web" })),
  ).rejects.toMatchObject({ name: "InvalidParameterException" });
  await server.client.send(new DeleteServiceCommand({ cluster: CLUSTER, service: "web", force: true }));
  await eventually("end", async () => (await describeService(server)).status === "INACTIVE");
  expect(server.targets).toEqual([
    { change: "add", ...target },
    { change: "remove", ...target },
  ]);
});

test("a service without capacity says so and starts nothing", async () => {
  await using server = await startEcsServer();
  const definition = await register(server, "web", [container(shellImage(server, "web", FOREVER))]);
  await create(server, definition, { launchType: "EC2" });
  const service = await eventually("event", async () => {
    const found = await describeService(server);
    return (found.events?.length ?? 0) > 0 && found;
  });
  expect(service.events?.[0]?.message).toMatch(/unable to place a task because No Container Instances/);
  expect(await tasksOf(server)).toEqual([]);
});

test("a deployment goes on when the load balancer has seen its targets healthy, and not before", async () => {
  const health = new Map<string, string>();
  await using server = await startEcsServer({
    targetHealth: (group, { port }) => health.get(`${group}:${port}`) ?? "initial",
  });
  const balanced = {
    desiredCount: 1,
    loadBalancers: [{ targetGroupArn: "group", containerName: "main", containerPort: 8080 }],
  };
  const image = shellImage(server, "web", FOREVER);
  const define = () =>
    register(server, "web", [
      container(image, {
        portMappings: [{ containerPort: 8080 }],
        environment: [{ name: "PORT", value: "8080" }],
      }),
    ]);
  await create(server, await define(), balanced);
  const registered = async (count: number) => {
    await eventually(
      `${count} targets`,
      async () => server.targets.filter(({ change }) => change === "add").length === count,
    );
    return server.targets.filter(({ change }) => change === "add").at(-1)?.port;
  };
  const say = (port: number | undefined, state: string) => {
    health.set(`group:${port}`, state);
    server.ecs.targetHealthChanged("group");
  };
  const first = await registered(1);
  expect((await describeService(server)).deployments?.[0]?.rolloutState).toBe("IN_PROGRESS");
  say(first, "healthy");
  await steady(server, 1);
  const [old = ""] = await tasksOf(server);

  await server.client.send(
    new UpdateServiceCommand({ cluster: CLUSTER, service: "web", taskDefinition: await define() }),
  );
  const second = await registered(2);
  // The new task runs and nobody can reach it yet: the old one stays.
  await eventually("two run", async () => (await describeService(server)).runningCount === 2);
  expect(await tasksOf(server)).toContain(old);
  say(second, "healthy");
  await steady(server, 1);
  expect(await tasksOf(server)).not.toContain(old);

  // One that fails its checks later is replaced, with the reason.
  say(second, "unhealthy");
  const third = await registered(3);
  say(third, "healthy");
  await steady(server, 1);
  const reasons = server.events.map(({ detail }) => detail.stoppedReason);
  expect(reasons).toContain("Task failed ELB health checks");
});
