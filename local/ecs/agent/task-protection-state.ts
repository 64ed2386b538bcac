import { z } from "zod";
import type { EcsContext } from "../context.ts";
import type { Task } from "../model.ts";
import { protectionOf, setProtection } from "../operations/task-protection.ts";

const schema = z.strictObject({
  ProtectionEnabled: z.boolean(),
  ExpiresInMinutes: z.int().min(1).max(2880).optional(),
});

/**
 * `GET` and `PUT $ECS_AGENT_URI/task-protection/v1/state`: a task asks for its own protection
 * (ECS developer guide, task scale-in protection endpoint).
 */
export function taskProtectionState(
  ecs: EcsContext,
  task: Task,
  method: string,
  body: Buffer,
): { status: number; body: unknown } {
  if (method !== "GET" && method !== "PUT") return refused(task, 405, "Method not allowed");
  if (method === "GET") return answer(protectionOf(ecs, task));
  const parsed = schema.safeParse(parseJson(body));
  if (!parsed.success) return refused(task, 400, z.prettifyError(parsed.error));
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

function refused(task: Task, status: number, message: string) {
  return {
    status,
    body: { error: { Arn: task.taskArn, Code: "InvalidParameterException", Message: message } },
  };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
