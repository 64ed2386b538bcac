import {
  type ContainerDefinition,
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
  type RunTaskCommandInput,
  type Task,
} from "@aws-sdk/client-ecs";
import { CLUSTER, type EcsServer, NETWORK } from "./ecs-server.ts";

/** Waits until `probe` gives something. @throws Error after the time-out, with what was waited for */
export async function eventually<Value>(
  what: string,
  probe: () => Value | undefined | false | Promise<Value | undefined | false>,
  timeoutMs = 10_000,
): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Registers a Fargate task definition of the smallest size. */
export async function register(
  server: EcsServer,
  family: string,
  containers: ContainerDefinition[],
  more: Partial<RegisterTaskDefinitionCommandInput> = {},
): Promise<string> {
  const { taskDefinition } = await server.client.send(
    new RegisterTaskDefinitionCommand({
      family,
      containerDefinitions: containers,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      executionRoleArn: "arn:aws:iam::000000000000:role/execution",
      cpu: "256",
      memory: "512",
      ...more,
    }),
  );
  return taskDefinition?.taskDefinitionArn ?? "";
}

/** Runs one Fargate task and returns its ARN. */
export async function run(
  server: EcsServer,
  taskDefinition: string,
  more: Partial<RunTaskCommandInput> = {},
): Promise<string> {
  const { tasks } = await server.client.send(
    new RunTaskCommand({
      cluster: CLUSTER,
      taskDefinition,
      launchType: "FARGATE",
      networkConfiguration: NETWORK,
      ...more,
    }),
  );
  return tasks?.[0]?.taskArn ?? "";
}

export async function describe(server: EcsServer, taskArn: string): Promise<Task> {
  const { tasks } = await server.client.send(
    new DescribeTasksCommand({ cluster: CLUSTER, tasks: [taskArn], include: ["TAGS"] }),
  );
  if (!tasks?.[0]) throw new Error(`${taskArn} is not described`);
  return tasks[0];
}

export function reached(
  server: EcsServer,
  taskArn: string,
  status: string,
  timeoutMs?: number,
): Promise<Task> {
  return eventually(
    `${taskArn} ${status}`,
    async () => {
      const task = await describe(server, taskArn);
      return task.lastStatus === status && task;
    },
    timeoutMs,
  );
}

/** Details of the state-change events of a task, in order. */
export function detailsOf(server: EcsServer, taskArn: string): Record<string, unknown>[] {
  return server.events
    .filter((event) => event["detail-type"] === "ECS Task State Change" && event.detail.taskArn === taskArn)
    .map((event) => event.detail);
}

/** Everything that a task's container has logged. */
export function logged(server: EcsServer, taskArn: string, container = "main"): string[] {
  return server.logs.get(`group:task/${container}/${taskArn.split("/").at(-1)}`) ?? [];
}

/** Logs to the group `group`, streams `task/<container>/<task id>`. */
export const AWSLOGS = {
  logDriver: "awslogs" as const,
  options: { "awslogs-group": "group", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "task" },
};

/** A task definition's container that runs the image's command and logs. */
export function container(image: string, more: Partial<ContainerDefinition> = {}): ContainerDefinition {
  return { name: "main", image, logConfiguration: AWSLOGS, ...more };
}

/** An image whose command is a shell script. */
export function shellImage(server: EcsServer, name: string, script: string): string {
  return server.image(name, {
    Dockerfile: 'FROM alpine\nWORKDIR /app\nCOPY . .\nENTRYPOINT ["/bin/sh", "main.sh"]\n',
    "main.sh": script,
  });
}
