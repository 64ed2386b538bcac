import { clientError, invalidParameter } from "../errors.ts";
import { isFargateSize, parseCpu, parseMemory } from "../fargate-sizes.ts";
import type { LaunchType, NetworkConfiguration, Overrides, TaskDefinition } from "../model.ts";

/** Characters of the JSON of all overrides (SDK, TaskOverride). */
const MAX_OVERRIDES = 8192;

/** What ECS checks of a run before it makes a task. @throws AwsError InvalidParameterException, ClientException */
export function checkRun(
  definition: TaskDefinition,
  overrides: Overrides,
  run: {
    readonly networkConfiguration?: NetworkConfiguration | undefined;
    readonly placementConstraints?: readonly unknown[] | undefined;
    readonly placementStrategy?: readonly unknown[] | undefined;
  },
  launchType: LaunchType,
): void {
  checkNetwork(definition, run.networkConfiguration);
  if (JSON.stringify(overrides).length > MAX_OVERRIDES) {
    throw invalidParameter(`Overrides length must be at most ${MAX_OVERRIDES}.`);
  }
  for (const { name } of overrides.containerOverrides ?? []) {
    if (!definition.containerDefinitions.some((container) => container.name === name)) {
      throw invalidParameter(
        `Override for container named ${name} is not a container in the TaskDefinition.`,
      );
    }
  }
  const storage = overrides.ephemeralStorage?.sizeInGiB;
  if (storage !== undefined && (storage < 21 || storage > 200)) {
    throw invalidParameter("The ephemeral storage size must be between 21 GiB and 200 GiB.");
  }
  if (launchType !== "FARGATE") return;
  if (run.placementConstraints?.length || run.placementStrategy?.length) {
    throw invalidParameter(
      "Placement constraints and strategies are not supported with FARGATE launch type.",
    );
  }
  checkFargateSize(overrides, definition);
}

function checkNetwork(
  definition: TaskDefinition,
  networkConfiguration: NetworkConfiguration | undefined,
): void {
  const given = networkConfiguration?.awsvpcConfiguration !== undefined;
  if (definition.networkMode === "awsvpc" && !given) {
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  if (definition.networkMode !== "awsvpc" && given) {
    throw invalidParameter(
      "Network Configuration is not valid for the given networkMode of this task definition.",
    );
  }
}

/** @throws AwsError ClientException for a size that Fargate does not run */
export function checkFargateSize(
  overrides: Pick<Overrides, "cpu" | "memory">,
  definition: Pick<TaskDefinition, "cpu" | "memory">,
): void {
  const cpu = parseCpu(overrides.cpu ?? definition.cpu ?? "");
  const memory = parseMemory(overrides.memory ?? definition.memory ?? "");
  if (cpu === undefined || memory === undefined || !isFargateSize(cpu, memory)) {
    throw clientError(
      `No Fargate configuration exists for given values: ${cpu ?? overrides.cpu ?? definition.cpu} CPU, ` +
        `${memory ?? overrides.memory ?? definition.memory} memory. See the Amazon ECS documentation for the valid values.`,
    );
  }
}
