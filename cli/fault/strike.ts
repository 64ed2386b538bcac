import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { DescribeTasksCommand, ListTasksCommand, type Task } from "@aws-sdk/client-ecs";
import type { Connection } from "../operator/connection.ts";
import { UserError } from "../user-error.ts";
import type { FaultsApi, Injection } from "./faults-api.ts";

const PATIENCE_MS = 5_000;
const POLL_MS = 50;
/** As many as one DescribeTasks takes. */
const BATCH = 100;

/** A fault that names what it is to strike. */
type Target =
  | { readonly kind: "spot-interruption" | "task-kill"; readonly task: string }
  | { readonly kind: "instance-kill"; readonly instance: string };

/**
 * Lets one fault strike now, and leaves nothing armed.
 * @throws UserError when there was nothing to strike any more
 */
export async function strike(api: FaultsApi, target: Target): Promise<Injection> {
  const id = `now-${randomUUID().slice(0, 8)}`;
  await api.arm({ faults: [{ ...target, id, times: 1 }] });
  try {
    const deadline = Date.now() + PATIENCE_MS;
    while (Date.now() < deadline) {
      const { injections } = await api.list();
      const struck = injections.find(({ faultId }) => faultId === id);
      if (struck) return struck;
      await pause(POLL_MS);
    }
  } finally {
    await api.disarm(id);
  }
  const what = target.kind === "instance-kill" ? target.instance : target.task;
  throw new UserError(`${what} was not struck: it does not run any more`);
}

/** The task of the cluster that runs and is meant by its ARN, its id or the beginning of its id. @throws UserError */
export async function findTask(connection: Connection, name: string): Promise<Task & { taskArn: string }> {
  const id = name.split("/").at(-1) ?? name;
  const tasks = await runningTasks(connection);
  const found = tasks.filter(({ taskArn }) => id !== "" && taskArn?.split("/").at(-1)?.startsWith(id));
  const [task] = found;
  if (found.length === 1 && task?.taskArn !== undefined) return { ...task, taskArn: task.taskArn };
  const list = tasks
    .map(({ taskArn, group }) => `  ${taskArn?.split("/").at(-1)}  ${group ?? ""}`)
    .join("\n");
  const problem = found.length > 1 ? `${found.length} tasks begin with ${id}` : `No task ${id} runs`;
  throw new UserError(`${problem}; there are\n${list || "  none"}`);
}

async function runningTasks({ ecs, output }: Connection): Promise<Task[]> {
  const cluster = output("ClusterName");
  const found: Task[] = [];
  let nextToken: string | undefined;
  do {
    const page = await ecs.send(
      new ListTasksCommand({ cluster, maxResults: BATCH, ...(nextToken === undefined ? {} : { nextToken }) }),
    );
    const { taskArns = [] } = page;
    if (taskArns.length > 0) {
      const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
      found.push(...tasks.filter(({ lastStatus }) => lastStatus === "RUNNING"));
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}
