import type { z } from "zod";
import { AwsError } from "../../wire/aws-error.ts";
import type { CallContext } from "../../wire/service.ts";
import { activeTaskDefinition, type EcsContext, findCluster } from "../context.ts";
import type { PlacementFailure } from "../instances/choose-instance.ts";
import { placeOnInstances } from "../instances/place-on-instances.ts";
import { requirementOf } from "../instances/requirement.ts";
import type { runTaskSchema } from "../schemas/run-task.ts";
import { checkRoles } from "../tasks/check-roles.ts";
import { checkRun } from "../tasks/check-run.ts";
import { launchTask } from "../tasks/launch.ts";
import { newTask } from "../tasks/new-task.ts";
import { checkCompatible, placeTasks } from "../tasks/placement.ts";
import { taskForApi } from "../tasks/render-task.ts";
import { taskTags } from "../tasks/task-tags.ts";

type Input = z.output<typeof runTaskSchema>;
type Output = { tasks: Record<string, unknown>[]; failures: PlacementFailure[] };

/** Starts up to ten tasks. They are PROVISIONING when it answers; all else comes as events. */
export function runTask(ecs: EcsContext, input: Input, _context?: CallContext): Output {
  if (ecs.draining)
    throw new AwsError("ServerException", "The local runtime is stopping.", { statusCode: 503 });
  const cluster = findCluster(ecs, input.cluster);
  const { clientToken, ...request } = input;
  if (clientToken !== undefined) {
    const known = ecs.clientTokens.find(cluster.clusterArn, clientToken, request);
    if (known) return answer(ecs, known);
  }
  const definition = activeTaskDefinition(ecs, input.taskDefinition);
  const overrides = input.overrides ?? {};
  const capacity = placeTasks(cluster, input, input.count);
  for (const { launchType } of capacity.slice(0, 1)) {
    checkCompatible(launchType, definition.compatibilities);
    checkRun(definition, overrides, input, launchType);
  }
  checkRoles(ecs.options, definition, overrides);
  const tags = taskTags({
    own: input.tags,
    propagated: input.propagateTags === "TASK_DEFINITION" ? definition.tags : [],
    managed: input.enableECSManagedTags ?? false,
    clusterName: cluster.clusterName,
  });
  const { family } = definition;
  const group = input.group ?? `family:${family}`;
  const { placements, failures } = placeOnInstances(
    ecs,
    cluster,
    capacity,
    requirementOf(definition, overrides),
    {
      group,
      constraints: [...definition.placementConstraints, ...(input.placementConstraints ?? [])],
      strategy: input.placementStrategy ?? [],
    },
  );
  const placed = placements.filter(({ capacityProviderName }) => {
    const reason = ecs.options.faults?.runTaskFailure({ family, capacityProvider: capacityProviderName });
    if (reason !== undefined) failures.push({ arn: cluster.clusterArn, reason });
    return reason === undefined;
  });
  const tasks = placed.map((placement) =>
    newTask(ecs.options, {
      cluster,
      definition,
      placement,
      overrides,
      group,
      startedBy: input.startedBy,
      platformVersion: input.platformVersion,
      networkConfiguration: input.networkConfiguration,
      enableExecuteCommand: input.enableExecuteCommand ?? false,
      tags,
    }),
  );
  const taskArns = tasks.map((task) => task.taskArn);
  for (const [index, task] of tasks.entries()) launchTask(ecs, task, definition, [], placed[index]?.wait);
  // After the tasks: should the runtime be killed in between, the caller's next try starts new ones.
  // What made no task is not remembered: the same token tries again.
  if (clientToken !== undefined && taskArns.length > 0) {
    ecs.clientTokens.remember(cluster.clusterArn, clientToken, request, taskArns);
  }
  return { ...answer(ecs, taskArns), failures };
}

/** A task that is no longer described still answers for its token. */
function answer(ecs: EcsContext, taskArns: readonly string[]): Output {
  return {
    tasks: taskArns.map((taskArn) => {
      const task = ecs.tasks.get(taskArn);
      return task ? structuredClone(taskForApi(task, true)) : { taskArn, lastStatus: "STOPPED" };
    }),
    failures: [],
  };
}
