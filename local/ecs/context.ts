import { ClientTokens } from "./client-tokens.ts";
import type { ContainerEngine } from "./container-engine.ts";
import { DocumentTable } from "./document-table.ts";
import { clientError, clusterNotFound, invalidParameter } from "./errors.ts";
import type { ContainerInstance } from "./instances/model.ts";
import type { WaitingTask } from "./instances/place-on-instances.ts";
import type { CapacityProvider, Cluster, Service, Task, TaskDefinition } from "./model.ts";
import { clusterArn, clusterName, lastSegment, parseTaskDefinition } from "./names.ts";
import type { EcsOptions } from "./options.ts";
import type { TaskRun } from "./tasks/task-run.ts";
import { TaskStore } from "./tasks/task-store.ts";

/** What every operation works on. */
export interface EcsContext {
  readonly options: EcsOptions;
  readonly engine: ContainerEngine;
  readonly clusters: DocumentTable<Cluster>;
  readonly capacityProviders: DocumentTable<CapacityProvider>;
  readonly taskDefinitions: DocumentTable<TaskDefinition>;
  readonly services: DocumentTable<Service>;
  readonly instances: DocumentTable<ContainerInstance>;
  readonly tasks: TaskStore;
  readonly clientTokens: ClientTokens;
  /** Tasks that are being run, by ARN. */
  readonly runs: Map<string, TaskRun>;
  /** Those of them that wait for a container instance, by ARN, the oldest first. */
  readonly waiting: Map<string, WaitingTask>;
  /** The runtime is stopping: no task may start any more. */
  draining: boolean;
  /** Has the service scheduler look at a service soon. */
  reconcile(serviceArn: string): void;
}

export function createContext(
  options: EcsOptions,
  engine: ContainerEngine,
  reconcile: (serviceArn: string) => void,
): EcsContext {
  const { database } = options;
  return {
    options,
    engine,
    clusters: new DocumentTable(database, "ecs_clusters", (cluster) => cluster.clusterName),
    capacityProviders: new DocumentTable(database, "ecs_capacity_providers", (provider) => provider.name),
    taskDefinitions: new DocumentTable(database, "ecs_task_definitions", (one) => one.taskDefinitionArn),
    instances: new DocumentTable(database, "ecs_instances", (one) => one.containerInstanceArn),
    services: new DocumentTable(database, "ecs_services", (service) => service.serviceArn),
    tasks: new TaskStore(options),
    clientTokens: new ClientTokens(database, options.clock),
    runs: new Map(),
    waiting: new Map(),
    draining: false,
    reconcile,
  };
}

/** @throws AwsError ClusterNotFoundException */
export function findCluster(ecs: EcsContext, reference: string | undefined): Cluster {
  const cluster = ecs.clusters.get(clusterName(reference));
  if (cluster?.status !== "ACTIVE") throw clusterNotFound();
  return cluster;
}

/** A task by id or ARN. */
export function findTask(ecs: EcsContext, cluster: Cluster, reference: string): Task | undefined {
  const task = ecs.tasks.get(taskArnOf(ecs, cluster, reference));
  return task?.clusterArn === cluster.clusterArn ? task : undefined;
}

export function taskArnOf(ecs: EcsContext, cluster: Cluster, reference: string): string {
  if (reference.startsWith("arn:")) return reference;
  return `${clusterArn(ecs.options.realm, "").replace("cluster/", "task/")}${cluster.clusterName}/${reference}`;
}

export function serviceArnOf(ecs: EcsContext, cluster: Cluster, reference: string): string {
  const name = lastSegment(reference);
  return `${clusterArn(ecs.options.realm, "").replace("cluster/", "service/")}${cluster.clusterName}/${name}`;
}

/**
 * By `family`, `family:revision` or ARN; the family alone means its latest active revision.
 * @throws AwsError ClientException when there is none
 */
export function findTaskDefinition(ecs: EcsContext, reference: string): TaskDefinition {
  const { family, revision } = parseTaskDefinition(reference);
  const found = [...ecs.taskDefinitions.values()]
    .filter((one) => one.family === family)
    .filter((one) => (revision === undefined ? one.status === "ACTIVE" : one.revision === revision))
    .toSorted((a, b) => b.revision - a.revision)[0];
  if (!found) throw clientError("Unable to describe task definition.");
  return found;
}

/** One that a task or service may be started from. @throws AwsError ClientException, InvalidParameterException */
export function activeTaskDefinition(ecs: EcsContext, reference: string): TaskDefinition {
  let definition: TaskDefinition;
  try {
    definition = findTaskDefinition(ecs, reference);
  } catch {
    throw clientError("TaskDefinition not found.");
  }
  if (definition.status !== "ACTIVE") throw invalidParameter("TaskDefinition is inactive");
  return definition;
}
