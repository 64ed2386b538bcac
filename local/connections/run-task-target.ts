import type { Ecs } from "../ecs/create-ecs.ts";
import type { RunTaskInput } from "../ecs/schemas/run-task.ts";
import type { DeliveryRequest } from "../eventbridge/delivery/request.ts";
import { AwsError, NotPlayedError } from "../wire/aws-error.ts";

/**
 * Runs the task of a rule's ECS target: the target's ARN is the cluster, its input the overrides.
 * @param authorize decides whether the target's role may run it
 * @throws AwsError when ECS refuses the task or has no room for it
 */
export function runTaskForRule(
  ecs: Ecs,
  request: DeliveryRequest,
  authorize: (input: RunTaskInput) => void,
): void {
  const input = runTaskInput(request);
  authorize(input);
  const { failures, tasks } = ecs.runTask(input);
  if (tasks.length === 0) {
    throw new AwsError("RunTaskFailed", `ECS made no task: ${JSON.stringify(failures)}`, { statusCode: 503 });
  }
}

function runTaskInput(request: DeliveryRequest): RunTaskInput {
  const parameters = request.ecsParameters;
  if (!parameters) {
    throw new AwsError("ValidationException", `Target ${request.targetArn} has no EcsParameters`);
  }
  if (parameters.LaunchType === "EXTERNAL")
    throw new NotPlayedError("events EcsParameters.LaunchType EXTERNAL");
  const network = parameters.NetworkConfiguration?.awsvpcConfiguration;
  return {
    cluster: request.targetArn,
    taskDefinition: parameters.TaskDefinitionArn,
    count: parameters.TaskCount ?? 1,
    // A delivery that is tried again finds the tasks of the first try.
    clientToken: request.deliveryId,
    startedBy: `events-rule/${request.ruleArn.split("/").at(-1)}`.slice(0, 128),
    overrides: overridesFrom(request.input),
    ...(parameters.LaunchType && { launchType: parameters.LaunchType }),
    ...(parameters.CapacityProviderStrategy && {
      capacityProviderStrategy: parameters.CapacityProviderStrategy,
    }),
    ...(parameters.PlatformVersion && { platformVersion: parameters.PlatformVersion }),
    ...(parameters.Group && { group: parameters.Group }),
    ...(parameters.PropagateTags && { propagateTags: parameters.PropagateTags }),
    ...(parameters.EnableECSManagedTags && { enableECSManagedTags: true }),
    ...(parameters.Tags && { tags: parameters.Tags.map(({ Key, Value }) => ({ key: Key, value: Value })) }),
    ...(network && {
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: network.Subnets,
          ...(network.SecurityGroups && { securityGroups: network.SecurityGroups }),
          ...(network.AssignPublicIp && { assignPublicIp: network.AssignPublicIp }),
        },
      },
    }),
  };
}

/** The input is the overrides when it has their shape; a plain event is none, and changes nothing. */
function overridesFrom(input: string): Record<string, unknown> {
  const parsed: unknown = JSON.parse(input);
  if (typeof parsed !== "object" || parsed === null) return {};
  const { containerOverrides, cpu, memory, taskRoleArn, executionRoleArn, ephemeralStorage } =
    parsed as Record<string, unknown>;
  const given = { containerOverrides, cpu, memory, taskRoleArn, executionRoleArn, ephemeralStorage };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
