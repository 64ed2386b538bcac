import {
  CreateServiceCommand,
  GetTaskProtectionCommand,
  UpdateTaskProtectionCommand,
} from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";
import { z } from "zod";
import { CLUSTER, type EcsServer, NETWORK, startEcsServer } from "./support/ecs-server.ts";
import { container, eventually, logged, register, run } from "./support/tasks.ts";

/** A task that prints the URLs of its agent and stays. */
function agentImage(server: EcsServer): string {
  return server.image("agent", {
    Dockerfile: 'FROM node:24\nWORKDIR /app\nCOPY . .\nCMD ["node", "main.ts"]\n',
    "main.ts":
      "const e = process.env; console.log(JSON.stringify([e.AWS_CONTAINER_CREDENTIALS_FULL_URI, e.ECS_CONTAINER_METADATA_URI_V4, e.ECS_AGENT_URI])); setInterval(() => {}, 1000);",
  });
}

/** What tools that read Docker's statistics count CPU usage by. */
const dockerStats = z.object({
  read: z.iso.datetime(),
  preread: z.iso.datetime(),
  cpu_stats: z.object({
    cpu_usage: z.object({ total_usage: z.number() }),
    system_cpu_usage: z.number().positive(),
    online_cpus: z.int().positive(),
  }),
  precpu_stats: z.object({
    cpu_usage: z.object({ total_usage: z.number() }),
    system_cpu_usage: z.number().positive().optional(),
  }),
});

async function urlsOf(server: EcsServer, taskArn: string): Promise<[string, string, string]> {
  return JSON.parse(await eventually("URLs", () => logged(server, taskArn)[0])) as [string, string, string];
}
const json = async (url: string, init?: RequestInit) => (await fetch(url, init)).json() as Promise<unknown>;

test("a task gets its role's credentials, its metadata and its statistics", async () => {
  await using server = await startEcsServer();
  const taskRoleArn = "arn:aws:iam::000000000000:role/task";
  const definition = await register(server, "agent", [container(agentImage(server))], { taskRoleArn });
  const taskArn = await run(server, definition);
  const id = taskArn.split("/").at(-1);
  const [credentials, metadata, agent] = await urlsOf(server, taskArn);
  expect(await json(credentials)).toMatchObject({ AccessKeyId: `key-of-${id}`, RoleArn: taskRoleArn });
  expect(await json(metadata)).toMatchObject({ Name: "main", KnownStatus: "RUNNING", LogDriver: "awslogs" });
  expect(await json(`${metadata}/task`)).toMatchObject({
    TaskARN: taskArn,
    Family: "agent",
    Revision: "1",
    Limits: { CPU: 0.25, Memory: 512 },
    LaunchType: "FARGATE",
    Containers: [{ Name: "main" }],
  });
  await expect
    .poll(() => json(`${metadata}/stats`))
    .toMatchObject({ memory_stats: { usage: expect.any(Number) } });
  const first = dockerStats.parse(await json(`${metadata}/stats`));
  const busy = await eventually("CPU time", async () => {
    const next = dockerStats.parse(await json(`${metadata}/stats`));
    return next.cpu_stats.system_cpu_usage > first.cpu_stats.system_cpu_usage && next;
  });
  expect(busy.preread >= first.read).toBe(true);
  const used = busy.cpu_stats.cpu_usage.total_usage - busy.precpu_stats.cpu_usage.total_usage;
  const machine = busy.cpu_stats.system_cpu_usage - (busy.precpu_stats.system_cpu_usage ?? 0);
  expect(used).toBeGreaterThanOrEqual(0);
  expect(used).toBeLessThanOrEqual(busy.cpu_stats.system_cpu_usage);
  expect(machine).toBeGreaterThanOrEqual(0);
  const stats = Object.values((await json(`${metadata}/task/stats`)) as object);
  expect(stats).toMatchObject([{ name: "main" }]);
  // Only a service's task can be protected.
  expect(await json(`${agent}/task-protection/v1/state`)).toMatchObject({
    failure: { Reason: "TASK_NOT_VALID" },
  });
  expect((await fetch(`${credentials}x`)).status).toBe(404);
});

test("a task without a role gets no credentials", async () => {
  await using server = await startEcsServer();
  const taskArn = await run(server, await register(server, "plain", [container(agentImage(server))]));
  const [credentials] = await urlsOf(server, taskArn);
  expect(credentials).toBeNull();
});

test("a service's task protects itself, and the API sees and lifts it", async () => {
  await using server = await startEcsServer();
  const { service } = await server.client.send(
    new CreateServiceCommand({
      cluster: CLUSTER,
      serviceName: "worker",
      desiredCount: 1,
      launchType: "FARGATE",
      networkConfiguration: NETWORK,
      taskDefinition: await register(server, "worker", [container(agentImage(server))]),
    }),
  );
  expect(service).toMatchObject({ status: "ACTIVE", desiredCount: 1 });
  const taskArn = await eventually(
    "task",
    () => String(server.events.at(-1)?.detail.taskArn ?? "") || undefined,
  );
  const state = `${(await urlsOf(server, taskArn))[2]}/task-protection/v1/state`;
  const body = JSON.stringify({ ProtectionEnabled: true, ExpiresInMinutes: 5 });
  expect(await json(state, { method: "PUT", body })).toMatchObject({
    protection: { ProtectionEnabled: true, TaskArn: taskArn, ExpirationDate: expect.stringMatching(/Z$/) },
  });
  const { protectedTasks } = await server.client.send(new GetTaskProtectionCommand({ cluster: CLUSTER }));
  expect(protectedTasks).toMatchObject([{ taskArn, protectionEnabled: true }]);
  const minutes = (Number(protectedTasks?.[0]?.expirationDate) - Date.now()) / 60_000;
  expect(Math.round(minutes)).toBe(5);
  await server.client.send(
    new UpdateTaskProtectionCommand({ cluster: CLUSTER, tasks: [taskArn], protectionEnabled: false }),
  );
  expect(await json(state)).toEqual({ protection: { ProtectionEnabled: false, TaskArn: taskArn } });
  expect((await fetch(state, { method: "PUT", body: "{" })).status).toBe(400);
});
