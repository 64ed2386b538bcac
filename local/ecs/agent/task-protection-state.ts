import { z } from "zod";
import { describeIssues } from "../../wire/input-issues.ts";
import type { EcsContext } from "../context.ts";
import type { Task } from "../model.ts";
import { lastSegment } from "../names.ts";
import { protectionOf, setProtection } from "../operations/task-protection.ts";

const schema = z.strictObject({
  ProtectionEnabled: z.boolean(),
  ExpiresInMinutes: z.int().min(1).max(2880).optional(),
});

/**
 * The agent asks ECS with the role of the task: the role needs `ecs:GetTaskProtection` or `ecs:UpdateTaskProtection`.
 * `GET` and `PUT $ECS_AGENT_URI/task-protection/v1/state`: a task asks for its own protection
 * (ECS developer guide, task scale-in protection endpoint).
 */
export function taskProtectionState(
  ecs: EcsContext,
  { task, roleArn }: { readonly task: Task; readonly roleArn: string | undefined },
  method: string,
  body: Buffer,
): { status: number; body: unknown } {
  if (method !== "GET" && method !== "PUT") return refused(task, 405, "Method not allowed");
  const refusal = refusalOf(ecs, task, roleArn, method);
  if (refusal !== undefined) return refused(task, 400, refusal, "AccessDeniedException");
  if (method === "GET") return answer(protectionOf(ecs, task));
  const parsed = schema.safeParse(parseJson(body));
  if (!parsed.success) return refused(task, 400, describeIssues(parsed.error));
  const { ProtectionEnabled, ExpiresInMinutes } = parsed.data;
  return answer(setProtection(ecs, task, ProtectionEnabled, ExpiresInMinutes));
}

function answer(result: ReturnType<typeof protectionOf>) {
  if ("reason" in result) {
    return {
      status: 200,
      body: { failure: { Arn: result.arn, Reason: result.reason, Detail: result.detail } },
    };
  }
  return {
    status: 200,
    body: {
      protection: {
        ProtectionEnabled: result.protectionEnabled,
        ...(result.expirationDate === undefined
          ? {}
          : { ExpirationDate: new Date(result.expirationDate).toISOString() }),
        TaskArn: result.taskArn,
      },
    },
  };
}

function refusalOf(
  { options }: EcsContext,
  { taskArn, clusterArn }: Task,
  roleArn: string | undefined,
  method: "GET" | "PUT",
): string | undefined {
  if (roleArn === undefined) return options.refusal && "the task has no role to ask ECS with";
  return options.refusal?.(roleArn, lastSegment(taskArn), {
    action: `ecs:${method === "GET" ? "Get" : "Update"}TaskProtection`,
    resource: taskArn,
    context: { "ecs:cluster": clusterArn },
  });
}

function refused(task: Task, status: number, message: string, code = "InvalidParameterException") {
  return {
    status,
    body: { error: { Arn: task.taskArn, Code: code, Message: message } },
  };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
