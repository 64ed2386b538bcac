import type { ContainerDefinition, Task, TaskDefinition } from "../model.ts";
import { lastSegment } from "../names.ts";
import type { EcsOptions } from "../options.ts";

/** Where the runtime serves what the ECS agent serves its tasks; under `realm.endpoint`. */
export const AGENT_PATH = "/_longshore/ecs";

/**
 * A container's environment, weakest first: what the runtime gives every container, the task definition, secrets,
 * the run's overrides, and what the ECS agent sets. Nothing of the user's own environment.
 */
export async function containerEnvironment(options: {
  readonly ecs: Pick<EcsOptions, "realm" | "taskEnvironment" | "secrets">;
  readonly task: Task;
  readonly definition: TaskDefinition;
  readonly container: ContainerDefinition;
  readonly runtimeId: string;
  readonly credentialsId: string | undefined;
}): Promise<Record<string, string>> {
  const { ecs, task, definition, container, runtimeId, credentialsId } = options;
  const { region, endpoint } = ecs.realm;
  const agent = `${endpoint}${AGENT_PATH}`;
  const environment: Record<string, string> = { AWS_REGION: region, AWS_DEFAULT_REGION: region };
  Object.assign(environment, ecs.taskEnvironment);
  for (const { name, value } of container.environment) environment[name] = value;
  const executionRole = task.overrides.executionRoleArn ?? definition.executionRoleArn;
  for (const { name, valueFrom } of container.secrets ?? []) {
    environment[name] = await resolveSecret(ecs, valueFrom, executionRole, lastSegment(task.taskArn));
  }
  const overridden = task.overrides.containerOverrides?.find((item) => item.name === container.name);
  for (const { name, value } of overridden?.environment ?? []) environment[name] = value;
  return {
    ...environment,
    // Without it an SDK in a task without a role would find the credentials of the machine that this runs on.
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_EXECUTION_ENV: task.launchType === "EC2" ? "AWS_ECS_EC2" : "AWS_ECS_FARGATE",
    ECS_CONTAINER_METADATA_URI_V4: `${agent}/v4/${runtimeId}`,
    ECS_AGENT_URI: `${agent}/api/${runtimeId}`,
    ...(credentialsId === undefined
      ? {}
      : { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${agent}/credentials/${credentialsId}` }),
  };
}

async function resolveSecret(
  { secrets }: Pick<EcsOptions, "secrets">,
  valueFrom: string,
  executionRole: string | undefined,
  sessionName: string,
): Promise<string> {
  const prefix = "ResourceInitializationError: unable to pull secrets or registry auth";
  if (!secrets) throw new Error(`${prefix}: ${valueFrom}: secrets are not played by this runtime`);
  try {
    return await secrets.resolve(valueFrom, executionRole, sessionName);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `${prefix}: execution resource retrieval failed: unable to retrieve secret ${valueFrom}: ${why}`,
      { cause },
    );
  }
}
