import { randomBytes, randomUUID } from "node:crypto";
import { parseCpu, parseMemory } from "../fargate-sizes.ts";
import type { InstancePlacement } from "../instances/place-on-instances.ts";
import type {
  Attachment,
  Cluster,
  NetworkConfiguration,
  Overrides,
  Tag,
  Task,
  TaskContainer,
  TaskDefinition,
} from "../model.ts";
import { newId } from "../names.ts";
import type { EcsOptions } from "../options.ts";
import { isLogRouter } from "./stand-in-log.ts";

/** Fargate's current platform version, which `LATEST` stands for. */
const FARGATE_PLATFORM_VERSION = "1.4.0";
const DEFAULT_EPHEMERAL_STORAGE_GIB = 20;
/** What the task's network interface answers at: processes share this machine's loopback address. */
const TASK_ADDRESS = "127.0.0.1";

export interface NewTask {
  readonly cluster: Cluster;
  readonly definition: TaskDefinition;
  readonly placement: InstancePlacement;
  readonly overrides: Overrides;
  readonly group: string;
  readonly startedBy?: string | undefined;
  readonly platformVersion?: string | undefined;
  readonly networkConfiguration?: NetworkConfiguration | undefined;
  readonly enableExecuteCommand: boolean;
  readonly tags: Tag[];
}

/** A task as it is when ECS has accepted it: PROVISIONING. */
export function newTask({ realm, clock }: Pick<EcsOptions, "realm" | "clock">, input: NewTask): Task {
  const { cluster, definition, placement, overrides } = input;
  const id = newId();
  const taskArn = `arn:${realm.partition}:ecs:${realm.region}:${realm.accountId}:task/${cluster.clusterName}/${id}`;
  const now = clock.now();
  const fargate = placement.launchType === "FARGATE";
  const availabilityZone = `${realm.region}a`;
  const attachments = definition.networkMode === "awsvpc" ? [networkInterface(input, availabilityZone)] : [];
  return {
    taskArn,
    clusterArn: cluster.clusterArn,
    taskDefinitionArn: definition.taskDefinitionArn,
    group: input.group,
    startedBy: input.startedBy,
    launchType: placement.launchType,
    capacityProviderName: placement.capacityProviderName,
    containerInstanceArn: placement.containerInstanceArn,
    ...(fargate
      ? {
          platformVersion:
            input.platformVersion === undefined || input.platformVersion === "LATEST"
              ? FARGATE_PLATFORM_VERSION
              : input.platformVersion,
          platformFamily: "Linux",
          ephemeralStorage: overrides.ephemeralStorage ??
            definition.ephemeralStorage ?? { sizeInGiB: DEFAULT_EPHEMERAL_STORAGE_GIB },
        }
      : {}),
    cpu: String(parseCpu(overrides.cpu ?? definition.cpu ?? "") ?? ""),
    memory: String(parseMemory(overrides.memory ?? definition.memory ?? "") ?? ""),
    overrides: {
      inferenceAcceleratorOverrides: [],
      ...overrides,
      containerOverrides: containerOverrides(input),
    },
    availabilityZone,
    enableExecuteCommand: input.enableExecuteCommand,
    attributes: [
      {
        name: "ecs.cpu-architecture",
        value: definition.runtimePlatform?.cpuArchitecture === "ARM64" ? "arm64" : "x86_64",
      },
    ],
    createdAt: now,
    containers: definition.containerDefinitions
      .filter((container) => !isLogRouter(container))
      .map((container) => newContainer(taskArn, container, overrides, attachments)),
    attachments,
    tags: input.tags,
    lastStatus: "PROVISIONING",
    desiredStatus: "RUNNING",
    healthStatus: "UNKNOWN",
    updatedAt: now,
    version: 1,
  };
}

/** ECS lists every container in the overrides, with nothing but its name where nothing is overridden. */
function containerOverrides({ definition, overrides }: NewTask): Overrides["containerOverrides"] {
  return definition.containerDefinitions.map(
    ({ name }) => overrides.containerOverrides?.find((item) => item.name === name) ?? { name },
  );
}

function newContainer(
  taskArn: string,
  definition: TaskDefinition["containerDefinitions"][number],
  overrides: Overrides,
  attachments: readonly Attachment[],
): TaskContainer {
  const overridden = overrides.containerOverrides?.find(({ name }) => name === definition.name);
  const memory = overridden?.memory ?? definition.memory;
  const reservation = overridden?.memoryReservation ?? definition.memoryReservation;
  return {
    containerArn: `${taskArn.replace(":task/", ":container/")}/${randomUUID()}`,
    taskArn,
    name: definition.name,
    image: definition.image,
    lastStatus: "PENDING",
    networkInterfaces: attachments.map(({ id }) => ({ attachmentId: id, privateIpv4Address: TASK_ADDRESS })),
    networkBindings: [],
    healthStatus: "UNKNOWN",
    cpu: String(overridden?.cpu ?? definition.cpu),
    ...(memory === undefined ? {} : { memory: String(memory) }),
    ...(reservation === undefined ? {} : { memoryReservation: String(reservation) }),
  };
}

function networkInterface({ networkConfiguration }: NewTask, zone: string): Attachment {
  const suffix = randomBytes(8).toString("hex").padStart(17, "0");
  return {
    id: randomUUID(),
    type: "ElasticNetworkInterface",
    status: "PRECREATED",
    details: [
      { name: "subnetId", value: networkConfiguration?.awsvpcConfiguration?.subnets[0] ?? "" },
      { name: "networkInterfaceId", value: `eni-${suffix}` },
      { name: "macAddress", value: `02:${randomBytes(5).toString("hex").match(/../g)?.join(":") ?? ""}` },
      { name: "privateDnsName", value: `ip-127-0-0-1.${zone.slice(0, -1)}.compute.internal` },
      { name: "privateIPv4Address", value: TASK_ADDRESS },
    ],
  };
}
