import { z } from "zod";
import { NotPlayedError } from "../wire/aws-error.ts";
import {
  createCapacityProviderSchema,
  createClusterSchema,
  putClusterCapacityProvidersSchema,
} from "./operations/clusters.ts";
import { createServiceSchema } from "./schemas/service.ts";
import { registerTaskDefinitionSchema } from "./schemas/task-definition.ts";

/**
 * Resource properties of a template, intrinsic functions resolved, as the inputs of the API.
 * Each throws NotPlayedError naming a property that is not played, and TemplatePropertyError for a wrong value.
 */
type Properties = Readonly<Record<string, unknown>>;

/** A property of a template has a value that ECS would refuse. */
export class TemplatePropertyError extends Error {
  readonly resourceType: string;
  constructor(resourceType: string, problem: string) {
    super(`${resourceType}: ${problem}`);
    this.name = "TemplatePropertyError";
    this.resourceType = resourceType;
  }
}

/** AWS::ECS::Cluster. @param physicalName used when the template names none */
export function clusterFromTemplate(properties: Properties, physicalName: string) {
  const { ClusterSettings, ...rest } = properties;
  return read("AWS::ECS::Cluster", createClusterSchema, {
    clusterName: physicalName,
    ...members({ ...rest, ...(ClusterSettings === undefined ? {} : { Settings: ClusterSettings }) }),
  });
}

/** AWS::ECS::ClusterCapacityProviderAssociations. */
export function capacityProviderAssociationsFromTemplate(properties: Properties) {
  return read(
    "AWS::ECS::ClusterCapacityProviderAssociations",
    putClusterCapacityProvidersSchema,
    members(properties),
  );
}

/** AWS::ECS::CapacityProvider. @param physicalName used when the template names none */
export function capacityProviderFromTemplate(properties: Properties, physicalName: string) {
  return read("AWS::ECS::CapacityProvider", createCapacityProviderSchema, {
    name: physicalName,
    ...members(properties),
  });
}

/** AWS::ECS::TaskDefinition. @param physicalName family when the template names none */
export function taskDefinitionFromTemplate(properties: Properties, physicalName: string) {
  return read("AWS::ECS::TaskDefinition", registerTaskDefinitionSchema, {
    family: physicalName,
    ...members(properties),
  });
}

/** AWS::ECS::Service. @param physicalName used when the template names none */
export function serviceFromTemplate(properties: Properties, physicalName: string) {
  return read("AWS::ECS::Service", createServiceSchema, {
    serviceName: physicalName,
    desiredCount: 1,
    ...members(properties),
  });
}

function read<Schema extends z.ZodType>(
  resourceType: string,
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const unknown = parsed.error.issues.find((issue) => issue.code === "unrecognized_keys");
  if (unknown) {
    const names = unknown.keys.map((key) => [...unknown.path, key].join("."));
    throw new NotPlayedError(`${resourceType} ${names.join(", ")}`);
  }
  throw new TemplatePropertyError(resourceType, z.prettifyError(parsed.error));
}

/** Names that differ by more than the case of their first letter. */
const RENAMED: Readonly<Record<string, string>> = {
  EFSVolumeConfiguration: "efsVolumeConfiguration",
  FilesystemId: "fileSystemId",
  IAM: "iam",
  PlacementStrategies: "placementStrategy",
};

/** Maps whose keys are the user's own. */
const MAPS = new Set(["DockerLabels", "Options"]);

/** Text to CloudFormation, numbers to the API (and the other way round at the top: a task's Cpu and Memory). */
const NUMBERS = new Set([
  "Base",
  "ContainerPort",
  "DesiredCount",
  "HealthCheckGracePeriodSeconds",
  "HostPort",
  "InstanceWarmupPeriod",
  "Interval",
  "MaximumPercent",
  "MaximumScalingStepSize",
  "MemoryReservation",
  "MinimumHealthyPercent",
  "MinimumScalingStepSize",
  "Retries",
  "SizeInGiB",
  "StartPeriod",
  "StartTimeout",
  "StopTimeout",
  "TargetCapacity",
  "Timeout",
  "TransitEncryptionPort",
  "Weight",
]);

function members(properties: Properties): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      apiName(name),
      (name === "Cpu" || name === "Memory") && value !== undefined ? String(value) : convert(name, value),
    ]),
  );
}

function convert(name: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => convert(name, item));
  if (typeof value === "object" && value !== null) {
    if (MAPS.has(name))
      return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]));
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [apiName(key), convert(key, member)]),
    );
  }
  if (typeof value === "string") {
    if (value === "true" || value === "false") return FREE_TEXT.has(name) ? value : value === "true";
    if ((NUMBERS.has(name) || name === "Cpu" || name === "Memory") && /^\d+$/.test(value))
      return Number(value);
    return value;
  }
  return FREE_TEXT.has(name) && (typeof value === "number" || typeof value === "boolean")
    ? String(value)
    : value;
}

/** Properties that stay text whatever they look like. */
const FREE_TEXT = new Set(["Value", "Name", "Command", "EntryPoint", "Key"]);

function apiName(name: string): string {
  return RENAMED[name] ?? name.charAt(0).toLowerCase() + name.slice(1);
}
