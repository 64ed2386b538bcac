import type { ContainerEngine } from "../container-engine.ts";
import type { Task, TaskDefinition } from "../model.ts";
import type { EcsOptions } from "../options.ts";
import { containerEnvironment } from "./container-environment.ts";
import { checkEfsMounts } from "./efs-mounts.ts";
import { checkExecutionRole } from "./execution-role.ts";
import type { LiveContainer } from "./live-container.ts";
import { standInGroup } from "./stand-in-log.ts";

/**
 * All that must have worked before the first container of a task starts: log groups, images, secrets.
 * @returns each container's environment
 * @throws Error whose message is the task's stopped reason
 */
export async function prepareTask(
  options: {
    readonly ecs: EcsOptions;
    readonly engine: ContainerEngine;
    readonly task: Task;
    readonly definition: TaskDefinition;
  },
  run: { readonly containers: readonly LiveContainer[]; readonly credentialsId: string | undefined },
): Promise<ReadonlyMap<LiveContainer, Record<string, string>>> {
  const { ecs, task, definition } = options;
  checkEfsMounts(ecs, options);
  for (const container of run.containers) {
    checkExecutionRole(ecs, options, container);
    checkLogGroup(ecs, container);
  }
  await Promise.all(run.containers.map((container) => pull(options, container)));
  const environments = await Promise.all(
    run.containers.map(async (container) => {
      const environment = await containerEnvironment({
        ecs,
        task,
        definition,
        container: container.definition,
        runtimeId: container.runtimeId,
        credentialsId: run.credentialsId,
      });
      return [container, environment] as const;
    }),
  );
  return new Map(environments);
}

async function pull(
  { ecs, engine, task, definition }: Parameters<typeof prepareTask>[0],
  container: LiveContainer,
): Promise<void> {
  const { name, image } = container.definition;
  const { taskArn } = task;
  try {
    const fault = ecs.faults?.pullError({ taskArn, family: definition.family, container: name, image });
    if (fault) throw fault;
    await engine.pull(image);
  } catch (error) {
    container.state.reason = error instanceof Error ? error.message : String(error);
    throw error;
  }
}

/** The awslogs driver fails a task whose log group is missing unless it may create it. */
function checkLogGroup({ logs }: Pick<EcsOptions, "logs">, { definition }: LiveContainer): void {
  const standIn = standInGroup(definition);
  if (standIn !== undefined && !logs.groupExists(standIn)) logs.createGroup(standIn);
  const options = definition.logConfiguration?.options;
  const group = options?.["awslogs-group"];
  if (group === undefined || logs.groupExists(group)) return;
  if (options?.["awslogs-create-group"] === "true") {
    logs.createGroup(group);
    return;
  }
  throw new Error(
    "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: " +
      "failed to create Cloudwatch log stream: ResourceNotFoundException: " +
      `The specified log group does not exist: ${group}`,
  );
}
