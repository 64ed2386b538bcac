import { setTimeout as pause } from "node:timers/promises";
import { DescribeTasksCommand } from "@aws-sdk/client-ecs";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { type BatchRequest, batchLaunched } from "../../events/batch/batch-request.ts";
import type { Connection } from "../operator/connection.ts";
import { UserError } from "../user-error.ts";

const POLL_MS = 1_000;
/** A batch that takes longer goes on without the command. */
const PATIENCE_MS = 60 * 60_000;

/** How a batch's task ended. */
export interface BatchEnd {
  readonly taskArn: string;
  readonly exitCode: number | undefined;
  /** ECS's own words. */
  readonly reason: string;
}

/** Has `launch-batch` start a task and waits until it has stopped. @throws UserError */
export async function runBatchTask(connection: Connection, hour: string | undefined): Promise<BatchEnd> {
  const taskArn = await launch(connection, { kind: "batch", ...(hour === undefined ? {} : { hour }) });
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const { tasks = [] } = await connection.ecs.send(
      new DescribeTasksCommand({ cluster: connection.output("ClusterName"), tasks: [taskArn] }),
    );
    const [task] = tasks;
    if (task?.lastStatus === "STOPPED") {
      const [container] = task.containers ?? [];
      const reason = container?.reason ?? task.stoppedReason ?? "no reason given";
      return { taskArn, exitCode: container?.exitCode, reason };
    }
    await pause(POLL_MS);
  }
  throw new UserError(`The batch still runs after an hour and goes on by itself: ${taskArn}`);
}

async function launch({ lambda, output }: Connection, request: BatchRequest): Promise<string> {
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({
      FunctionName: output("LaunchBatchFunction"),
      Payload: JSON.stringify(request),
    }),
  );
  const answer: unknown = JSON.parse(Buffer.from(Payload ?? []).toString() || "null");
  if (FunctionError === undefined) return batchLaunched.parse(answer).taskArn;
  const { errorMessage = FunctionError } = answer as { errorMessage?: string };
  throw new UserError(errorMessage);
}
