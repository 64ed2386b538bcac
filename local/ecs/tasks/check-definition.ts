import type { z } from "zod";
import { NotPlayedError } from "../../wire/aws-error.ts";
import { clientError } from "../errors.ts";
import type { registerTaskDefinitionSchema } from "../schemas/task-definition.ts";
import { awslogsOptions } from "./awslogs.ts";
import { checkFargateSize } from "./check-run.ts";
import { standInGroup } from "./stand-in-log.ts";

type Registration = z.output<typeof registerTaskDefinitionSchema>;
type Container = Registration["containerDefinitions"][number];

/**
 * What ECS checks of a task definition beyond the form of its members.
 * @throws AwsError ClientException
 * @throws NotPlayedError for a log driver that this runtime does not have
 */
export function checkDefinition(input: Registration): void {
  const names = input.containerDefinitions.map(({ name }) => name);
  if (new Set(names).size < names.length) throw clientError("Container names must be unique.");
  if (!input.containerDefinitions.some(({ essential }) => essential)) {
    throw clientError("At least one container must be marked essential.");
  }
  const fargate = input.requiresCompatibilities?.includes("FARGATE") ?? false;
  if (fargate) checkFargate(input);
  for (const container of input.containerDefinitions) {
    checkLogConfiguration(container, fargate);
    checkDependencies(container, input.containerDefinitions);
    if (!fargate && !input.memory && !container.memory && !container.memoryReservation) {
      throw clientError(
        `Invalid setting for container '${container.name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
      );
    }
    for (const { sourceVolume } of container.mountPoints) {
      if (!input.volumes.some(({ name }) => name === sourceVolume)) {
        throw clientError(`Unknown volume '${sourceVolume}'.`);
      }
    }
  }
  if (hasCycle(input.containerDefinitions))
    throw clientError("Container dependencies must not form a cycle.");
}

function checkFargate(input: Registration): void {
  if (input.networkMode !== "awsvpc") {
    throw clientError("Networking mode must be 'awsvpc' for tasks that require FARGATE compatibility.");
  }
  if (!input.cpu || !input.memory) {
    throw clientError("Fargate requires that 'cpu' and 'memory' be defined at the task level.");
  }
  checkFargateSize({}, input);
  if (input.placementConstraints.length > 0) {
    throw clientError(
      "Placement constraints are not supported for tasks that require FARGATE compatibility.",
    );
  }
  if (input.executionRoleArn !== undefined) return;
  for (const container of input.containerDefinitions) {
    const needs = container.secrets?.length
      ? "container secrets"
      : container.logConfiguration
        ? "log driver awslogs"
        : container.image.includes(".dkr.ecr.")
          ? "ECR images"
          : undefined;
    if (needs) {
      throw clientError(`Fargate requires task definition to have execution role ARN to support ${needs}.`);
    }
  }
}

function checkLogConfiguration({ name, logConfiguration }: Container, fargate: boolean): void {
  if (!logConfiguration || standInGroup({ logConfiguration }) !== undefined) return;
  const { logDriver, options = {}, secretOptions = [] } = logConfiguration;
  if (logDriver !== "awslogs") throw new NotPlayedError(`log driver ${logDriver} (container ${name})`);
  const unknown = Object.keys(options).filter((option) => !awslogsOptions.has(option));
  if (unknown.length > 0)
    throw new NotPlayedError(`awslogs option ${unknown.join(", ")} (container ${name})`);
  if (secretOptions.length > 0) {
    throw new NotPlayedError(`logConfiguration.secretOptions (container ${name})`);
  }
  const required = ["awslogs-group", "awslogs-region", ...(fargate ? ["awslogs-stream-prefix"] : [])];
  const missing = required.filter((option) => options[option] === undefined);
  if (missing.length > 0) throw clientError(`Log driver awslogs requires options: ${missing.join(", ")}`);
}

function checkDependencies({ name, dependsOn = [] }: Container, all: readonly Container[]): void {
  for (const { containerName, condition } of dependsOn) {
    const dependency = all.find((container) => container.name === containerName);
    if (!dependency) {
      throw clientError(`Container '${name}' depends on unknown container '${containerName}'.`);
    }
    if (condition === "HEALTHY" && !dependency.healthCheck) {
      throw clientError(
        `Container '${containerName}' needs a health check for the dependency condition HEALTHY.`,
      );
    }
    if (dependency.essential && (condition === "COMPLETE" || condition === "SUCCESS")) {
      throw clientError(
        `Container '${containerName}' is essential and cannot have the dependency condition ${condition}.`,
      );
    }
  }
}

function hasCycle(containers: readonly Container[]): boolean {
  let left = containers;
  for (;;) {
    const names = new Set(left.map(({ name }) => name));
    const next = left.filter(({ dependsOn }) =>
      dependsOn?.some(({ containerName }) => names.has(containerName)),
    );
    if (next.length === left.length) return left.length > 0;
    left = next;
  }
}
