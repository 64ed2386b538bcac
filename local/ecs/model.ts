import type { z } from "zod";
import type { createCapacityProviderSchema } from "./operations/clusters.ts";
import type {
  capacityProviderStrategySchema,
  networkConfigurationSchema,
  tagsSchema,
} from "./schemas/common.ts";
import type { overridesSchema } from "./schemas/run-task.ts";
import type { createServiceSchema } from "./schemas/service.ts";
import type { registerTaskDefinitionSchema } from "./schemas/task-definition.ts";

/** What the service keeps; times are milliseconds of the runtime's clock and leave as the API or an event wants them. */

export type Tag = z.output<typeof tagsSchema>[number];
export type NetworkConfiguration = z.output<typeof networkConfigurationSchema>;
export type CapacityProviderStrategy = z.output<typeof capacityProviderStrategySchema>;
export type Overrides = z.output<typeof overridesSchema>;
export type ServiceSettings = z.output<typeof createServiceSchema>;
export type LaunchType = "FARGATE" | "EC2";

export interface Cluster {
  readonly clusterArn: string;
  readonly clusterName: string;
  status: "ACTIVE" | "INACTIVE";
  tags: Tag[];
  settings: { name: string; value: string }[];
  configuration?: Record<string, unknown> | undefined;
  capacityProviders: string[];
  defaultCapacityProviderStrategy: CapacityProviderStrategy;
}

export type AutoScalingGroupProvider = z.output<
  typeof createCapacityProviderSchema
>["autoScalingGroupProvider"];

export interface CapacityProvider {
  readonly capacityProviderArn: string;
  readonly name: string;
  readonly status: "ACTIVE";
  readonly autoScalingGroupProvider?: AutoScalingGroupProvider | undefined;
  tags: Tag[];
}

type Registered = z.output<typeof registerTaskDefinitionSchema>;
export type ContainerDefinition = Registered["containerDefinitions"][number];
export type TaskDefinition = Omit<Registered, "tags"> & {
  taskDefinitionArn: string;
  revision: number;
  status: "ACTIVE" | "INACTIVE";
  compatibilities: string[];
  registeredAt: number;
  deregisteredAt?: number;
  registeredBy: string;
  tags: Tag[];
};

export type TaskStatus =
  | "PROVISIONING"
  | "PENDING"
  | "ACTIVATING"
  | "RUNNING"
  | "DEACTIVATING"
  | "STOPPING"
  | "DEPROVISIONING"
  | "STOPPED";

export type StopCode =
  | "TaskFailedToStart"
  | "EssentialContainerExited"
  | "UserInitiated"
  | "ServiceSchedulerInitiated"
  | "SpotInterruption"
  | "TerminationNotice"
  | "InfrastructureHealth";

export type Health = "HEALTHY" | "UNHEALTHY" | "UNKNOWN";

export interface TaskContainer {
  readonly containerArn: string;
  readonly taskArn: string;
  readonly name: string;
  readonly image: string;
  runtimeId?: string;
  lastStatus: "PENDING" | "RUNNING" | "STOPPED";
  exitCode?: number;
  reason?: string;
  networkInterfaces: { attachmentId: string; privateIpv4Address: string }[];
  networkBindings: { bindIP: string; containerPort: number; hostPort: number; protocol: string }[];
  healthStatus: Health;
  cpu: string;
  memory?: string | undefined;
  memoryReservation?: string | undefined;
  startedAt?: number;
}

export interface Attachment {
  readonly id: string;
  readonly type: "ElasticNetworkInterface";
  status: "PRECREATED" | "ATTACHED" | "DELETED";
  readonly details: { name: string; value: string }[];
}

export interface TaskProtection {
  readonly protectionEnabled: boolean;
  readonly expirationDate?: number;
}

export interface Task {
  readonly taskArn: string;
  readonly clusterArn: string;
  readonly taskDefinitionArn: string;
  readonly group: string;
  readonly startedBy?: string | undefined;
  readonly launchType: LaunchType;
  readonly capacityProviderName?: string | undefined;
  /** Of a task on EC2, once it has a place. */
  containerInstanceArn?: string | undefined;
  readonly platformVersion?: string | undefined;
  readonly platformFamily?: string | undefined;
  readonly cpu: string;
  readonly memory: string;
  readonly ephemeralStorage?: { sizeInGiB: number } | undefined;
  readonly overrides: Overrides;
  readonly availabilityZone: string;
  readonly enableExecuteCommand: boolean;
  readonly attributes: { name: string; value: string }[];
  readonly createdAt: number;
  readonly containers: TaskContainer[];
  readonly attachments: Attachment[];
  tags: Tag[];
  lastStatus: TaskStatus;
  desiredStatus: "RUNNING" | "STOPPED";
  healthStatus: Health;
  connectivity?: "CONNECTED";
  connectivityAt?: number;
  pullStartedAt?: number;
  pullStoppedAt?: number;
  startedAt?: number;
  stoppingAt?: number;
  executionStoppedAt?: number;
  stoppedAt?: number;
  stopCode?: StopCode;
  stoppedReason?: string;
  updatedAt: number;
  version: number;
  protection?: TaskProtection;
}

export interface Deployment {
  readonly id: string;
  status: "PRIMARY" | "ACTIVE";
  readonly taskDefinition: string;
  desiredCount: number;
  failedTasks: number;
  readonly createdAt: number;
  updatedAt: number;
  readonly launchType?: LaunchType | undefined;
  readonly capacityProviderStrategy?: CapacityProviderStrategy | undefined;
  readonly platformVersion?: string | undefined;
  readonly networkConfiguration?: NetworkConfiguration | undefined;
  rolloutState: "IN_PROGRESS" | "COMPLETED" | "FAILED";
  rolloutStateReason: string;
}

export interface Service {
  readonly serviceArn: string;
  readonly serviceName: string;
  readonly clusterArn: string;
  readonly createdAt: number;
  readonly createdBy: string;
  status: "ACTIVE" | "DRAINING" | "INACTIVE";
  /** What CreateService was given, with what UpdateService changed since. */
  settings: ServiceSettings & { desiredCount: number; taskDefinition: string };
  deployments: Deployment[];
  /** Newest first, at most 100. */
  events: { id: string; createdAt: number; message: string }[];
  tags: Tag[];
  /** The last deployment that completed: where the circuit breaker rolls back to. */
  lastCompleted?: { taskDefinition: string };
  /** What a template said of the service when it was last applied. */
  applied?: ServiceSettings;
  steady: boolean;
}
