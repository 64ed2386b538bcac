import type { RunTaskCommandInput } from "@aws-sdk/client-ecs";
import * as z from "zod";
import { type CapacityProvider, capacityProvider, type TaskSize } from "../../events/pipeline.ts";
import { jsonVariable, listVariable } from "./environment.ts";

/** The EC2 instances of the cluster, as those who start tasks know them. */
const instances = z.strictObject({
  /** Name of the capacity provider that a pipeline calls `EC2`. */
  capacityProvider: z.string().min(1),
  /** What one task can have of an instance: CPU units, MiB. */
  cpu: z.int().positive(),
  memoryMiB: z.int().positive(),
  /** What fills an instance before another one is used. */
  binpackOn: z.enum(["cpu", "memory"]),
});
export type Instances = z.infer<typeof instances>;

/** Where tasks can run. */
export interface TaskPlaces {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  /** Whether tasks on Fargate get public addresses, as their way to AWS. */
  readonly assignPublicIp: "ENABLED" | "DISABLED";
  /** Absent where all is Fargate. */
  readonly instances?: Instances | undefined;
}

/** Variables of a function that starts tasks. */
export const taskPlacesVariables = {
  SUBNETS: listVariable,
  SECURITY_GROUPS: listVariable,
  ASSIGN_PUBLIC_IP: z.enum(["ENABLED", "DISABLED"]),
  INSTANCES: jsonVariable(instances).optional(),
};

/** Capacity providers in the order in which they are tried. */
export const capacityVariable = listVariable.pipe(z.array(capacityProvider).min(1));

export function taskPlacesFrom(environment: {
  readonly SUBNETS: readonly string[];
  readonly SECURITY_GROUPS: readonly string[];
  readonly ASSIGN_PUBLIC_IP: TaskPlaces["assignPublicIp"];
  readonly INSTANCES?: Instances | undefined;
}): TaskPlaces {
  return {
    subnets: environment.SUBNETS,
    securityGroups: environment.SECURITY_GROUPS,
    assignPublicIp: environment.ASSIGN_PUBLIC_IP,
    instances: environment.INSTANCES,
  };
}

/** A task is to run on instances in a deployment that has none. */
export class NoInstancesError extends Error {
  constructor() {
    super(
      'Capacity "EC2" is asked for, and the deployment has no instances: its setting `compute` is fargate',
    );
    this.name = "NoInstancesError";
  }
}

/** Whether one instance can hold a task of this size. */
export function fitsInstance(size: TaskSize, { instances }: Pick<TaskPlaces, "instances">): boolean {
  return instances !== undefined && size.cpu <= instances.cpu && size.memoryMiB <= instances.memoryMiB;
}

/**
 * What a RunTask says of capacity, network and placement. Tasks that nobody started together have no zones to be
 * spread over; packed closely, they leave instances empty that can go.
 * @throws NoInstancesError
 */
export function runOn(
  provider: CapacityProvider,
  { subnets, securityGroups, assignPublicIp, instances }: TaskPlaces,
): Pick<RunTaskCommandInput, "capacityProviderStrategy" | "networkConfiguration" | "placementStrategy"> {
  const network = { subnets: [...subnets], securityGroups: [...securityGroups] };
  if (provider !== "EC2") {
    return {
      capacityProviderStrategy: [{ capacityProvider: provider, weight: 1 }],
      networkConfiguration: { awsvpcConfiguration: { ...network, assignPublicIp } },
    };
  }
  if (!instances) throw new NoInstancesError();
  return {
    capacityProviderStrategy: [{ capacityProvider: instances.capacityProvider, weight: 1 }],
    // ECS gives tasks on instances no public address. Source: ECS developer guide, "Task networking with awsvpc".
    networkConfiguration: { awsvpcConfiguration: network },
    placementStrategy: [{ type: "binpack", field: instances.binpackOn }],
  };
}
