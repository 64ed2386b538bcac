import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "../../wire/body.ts";
import { splitTarget } from "../../wire/target.ts";
import type { EcsContext } from "../context.ts";
import { lastSegment } from "../names.ts";
import { AGENT_PATH } from "../tasks/container-environment.ts";
import type { LiveContainer } from "../tasks/live-container.ts";
import type { TaskRun } from "../tasks/task-run.ts";
import { containerMetadata, containerStats, taskMetadata } from "./metadata.ts";
import { taskProtectionState } from "./task-protection-state.ts";

/**
 * Serves running tasks what the ECS agent serves them: credentials, metadata (version 4), statistics and task
 * protection. The paths hold ids that only the task knows.
 * @returns false for a path that is not the agent's
 */
export function createAgent(ecs: EcsContext) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const { path: pathname } = splitTarget(request.url);
    if (!pathname.startsWith(`${AGENT_PATH}/`)) return false;
    const [kind = "", id = "", ...rest] = pathname.slice(AGENT_PATH.length + 1).split("/");
    void answer(ecs, request, kind, id, rest.join("/"))
      .catch((error: unknown) => {
        ecs.options.log?.(`agent ${pathname}: ${String(error)}`);
        return { status: 500, body: { message: "internal error" } };
      })
      .then(({ status, body }) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(body));
      });
    return true;
  };
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}
const notFound = (what: string): Answer => ({ status: 404, body: { message: `${what} not found` } });

async function answer(
  ecs: EcsContext,
  request: IncomingMessage,
  kind: string,
  id: string,
  rest: string,
): Promise<Answer> {
  if (kind === "credentials") return credentials(ecs, id);
  const found = findContainer(ecs, id);
  if (!found) return notFound("container");
  if (kind === "api" && rest === "task-protection/v1/state") {
    return taskProtectionState(ecs, found.run, request.method ?? "GET", await readBody(request));
  }
  if (kind === "v4" && request.method === "GET") return metadata(ecs, found.run, found.container, rest);
  return notFound(rest);
}

/** New credentials each time: SDKs ask again before the ones that they have expire. */
function credentials(ecs: EcsContext, id: string): Answer {
  const run = [...ecs.runs.values()].find(({ credentialsId }) => credentialsId === id);
  if (run?.roleArn === undefined) return notFound("credentials");
  return {
    status: 200,
    body: ecs.options.credentials.issue(run.roleArn, lastSegment(run.task.taskArn)),
  };
}

function metadata(ecs: EcsContext, run: TaskRun, container: LiveContainer, rest: string): Answer {
  switch (rest) {
    case "":
      return { status: 200, body: containerMetadata(run, container) };
    case "task":
      return { status: 200, body: taskMetadata(ecs, run, false) };
    case "taskWithTags":
      return { status: 200, body: taskMetadata(ecs, run, true) };
    case "stats":
      return { status: 200, body: containerStats(container) };
    case "task/stats":
      return {
        status: 200,
        body: Object.fromEntries(run.containers.map((one) => [one.runtimeId, containerStats(one)])),
      };
    default:
      return notFound(rest);
  }
}

function findContainer(ecs: EcsContext, runtimeId: string) {
  for (const run of ecs.runs.values()) {
    const container = run.containers.find((one) => one.runtimeId === runtimeId);
    if (container) return { run, container };
  }
  return undefined;
}
