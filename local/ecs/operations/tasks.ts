import { z } from "zod";
import { type EcsContext, findCluster, findTask, taskArnOf } from "../context.ts";
import { invalidParameter } from "../errors.ts";
import { instancesOf } from "../instances/instances.ts";
import { lastSegment, parseTaskDefinition } from "../names.ts";
import { page, pageSchema } from "../paging.ts";
import { launchTypeSchema } from "../schemas/common.ts";
import { taskForApi } from "../tasks/render-task.ts";

export const stopTaskSchema = z.strictObject({
  cluster: z.string().optional(),
  task: z.string().min(1),
  reason: z.string().max(1024).optional(),
});

/** Answers with the task as it is when the stop begins: desired status STOPPED. */
export function stopTask(ecs: EcsContext, input: z.output<typeof stopTaskSchema>) {
  const cluster = findCluster(ecs, input.cluster);
  const task = findTask(ecs, cluster, input.task);
  if (!task) throw invalidParameter("The referenced task was not found.");
  ecs.runs.get(task.taskArn)?.stop("UserInitiated", input.reason ?? "Task stopped by user");
  return { task: structuredClone(taskForApi(task, true)) };
}

export const describeTasksSchema = z.strictObject({
  cluster: z.string().optional(),
  tasks: z
    .array(z.string().min(1))
    .min(1, "Tasks cannot be empty.")
    .max(100, "Tasks cannot be more than 100."),
  include: z.array(z.enum(["TAGS"])).optional(),
});

export function describeTasks(ecs: EcsContext, input: z.output<typeof describeTasksSchema>) {
  const cluster = findCluster(ecs, input.cluster);
  const withTags = input.include?.includes("TAGS") ?? false;
  ecs.tasks.all();
  const found = input.tasks.map((reference) => findTask(ecs, cluster, reference));
  return {
    tasks: found.flatMap((task) => (task ? [taskForApi(task, withTags)] : [])),
    failures: input.tasks
      .filter((_, index) => !found[index])
      .map((reference) => ({ arn: taskArnOf(ecs, cluster, reference), reason: "MISSING" })),
  };
}

export const listTasksSchema = z.strictObject({
  ...pageSchema,
  cluster: z.string().optional(),
  family: z.string().optional(),
  serviceName: z.string().optional(),
  desiredStatus: z.enum(["RUNNING", "PENDING", "STOPPED"]).default("RUNNING"),
  startedBy: z.string().optional(),
  launchType: launchTypeSchema.optional(),
  containerInstance: z.string().optional(),
});

/** No task has the desired status PENDING, as on AWS. */
export function listTasks(ecs: EcsContext, input: z.output<typeof listTasksSchema>) {
  const cluster = findCluster(ecs, input.cluster);
  const instance = input.containerInstance === undefined ? undefined : lastSegment(input.containerInstance);
  if (instance !== undefined && !instancesOf(ecs, cluster.clusterArn).some(hasId(instance))) {
    throw invalidParameter("The referenced container instance was not found.");
  }
  const service = input.serviceName === undefined ? undefined : lastSegment(input.serviceName);
  const arns = ecs.tasks
    .all()
    .filter((task) => task.clusterArn === cluster.clusterArn)
    .filter((task) => task.desiredStatus === input.desiredStatus)
    .filter((task) => !input.family || parseTaskDefinition(task.taskDefinitionArn).family === input.family)
    .filter((task) => service === undefined || task.group === `service:${service}`)
    .filter((task) => input.startedBy === undefined || task.startedBy === input.startedBy)
    .filter((task) => input.launchType === undefined || task.launchType === input.launchType)
    .filter((task) => instance === undefined || hasId(instance)(task))
    .map((task) => task.taskArn);
  const { items, nextToken } = page(arns, input);
  return { taskArns: items, nextToken };
}

const hasId =
  (id: string) =>
  ({ containerInstanceArn = "" }: { containerInstanceArn?: string | undefined }): boolean =>
    lastSegment(containerInstanceArn) === id;
