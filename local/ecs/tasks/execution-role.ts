import type { Task, TaskDefinition } from "../model.ts";
import { lastSegment } from "../names.ts";
import type { EcsOptions } from "../options.ts";
import { logDestination } from "./awslogs.ts";
import type { LiveContainer } from "./live-container.ts";
import { standInGroup } from "./stand-in-log.ts";

/** `<account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>` */
const ECR_IMAGE = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)/;

type Ask = (action: string, resource: string) => string | undefined;

/**
 * What the execution role must be allowed before a container starts: its image and its log stream. A task without
 * an execution role runs on an instance, whose own role is not asked.
 * @throws Error whose message is the task's stopped reason, as ECS words it
 */
export function checkExecutionRole(
  ecs: Pick<EcsOptions, "refusal" | "realm">,
  { task, definition }: { readonly task: Task; readonly definition: TaskDefinition },
  container: LiveContainer,
): void {
  const ask = asker(ecs, task, definition);
  if (!ask) return;
  checkImage(ask, container.definition.image);
  const stream = logStreamArn(ecs, task, container);
  if (stream === undefined) return;
  const options = container.definition.logConfiguration?.options ?? {};
  const creates = options["awslogs-create-group"] === "true";
  const refusal =
    (creates ? ask("logs:CreateLogGroup", stream.replace(/[^:]*$/, "")) : undefined) ??
    ask("logs:CreateLogStream", stream);
  if (refusal === undefined) return;
  throw new Error(
    "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: " +
      `failed to create Cloudwatch log stream: AccessDeniedException: ${refusal}`,
  );
}

/** Whether a container's output may be written; the driver loses what it may not write, and goes on. */
export function mayWriteLogs(
  ecs: Pick<EcsOptions, "refusal" | "realm">,
  task: Task,
  definition: TaskDefinition,
  container: LiveContainer,
): boolean {
  const stream = logStreamArn(ecs, task, container);
  const ask = asker(ecs, task, definition);
  return stream === undefined || ask?.("logs:PutLogEvents", stream) === undefined;
}

function asker(
  { refusal }: Pick<EcsOptions, "refusal">,
  task: Task,
  definition: TaskDefinition,
): Ask | undefined {
  const roleArn = task.overrides.executionRoleArn ?? definition.executionRoleArn;
  if (!refusal || roleArn === undefined) return undefined;
  return (action, resource) => refusal(roleArn, lastSegment(task.taskArn), { action, resource });
}

function logStreamArn(
  { realm }: Pick<EcsOptions, "realm">,
  task: Task,
  { definition }: LiveContainer,
): string | undefined {
  if (standInGroup(definition) !== undefined) return undefined;
  const destination = logDestination(definition, lastSegment(task.taskArn));
  if (!destination) return undefined;
  const { partition, region, accountId } = realm;
  return `arn:${partition}:logs:${region}:${accountId}:log-group:${destination.group}:log-stream:${destination.stream}`;
}

function checkImage(ask: Ask, image: string): void {
  const [, account, region, repository] = ECR_IMAGE.exec(image) ?? [];
  if (repository === undefined) return;
  const token = ask("ecr:GetAuthorizationToken", "*");
  if (token !== undefined) {
    throw new Error(
      "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: " +
        `unable to retrieve ecr registry auth: service call has been retried 1 time(s): AccessDeniedException: ${token}`,
    );
  }
  const resource = `arn:aws:ecr:${region}:${account}:repository/${repository}`;
  const refusal = ask("ecr:BatchGetImage", resource) ?? ask("ecr:GetDownloadUrlForLayer", resource);
  if (refusal === undefined) return;
  throw new Error(
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ` +
      `403 Forbidden: ${refusal}`,
  );
}
