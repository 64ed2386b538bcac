import { z } from "zod";
import { arn } from "../../wire/realm.ts";
import { type EcsContext, findCluster } from "../context.ts";
import { parseQuery } from "../instances/cluster-query.ts";
import { instancesOf, setInstanceStatus } from "../instances/instances.ts";
import type { ContainerInstance } from "../instances/model.ts";
import { renderInstance } from "../instances/render-instance.ts";
import type { Cluster } from "../model.ts";
import { page, pageSchema } from "../paging.ts";

const references = z.array(z.string().min(1)).min(1, "containerInstances cannot be empty.").max(100);

export const listContainerInstancesSchema = z.strictObject({
  ...pageSchema,
  cluster: z.string().optional(),
  filter: z.string().optional(),
  status: z.enum(["ACTIVE", "DRAINING"]).optional(),
});

export function listContainerInstances(
  ecs: EcsContext,
  input: z.output<typeof listContainerInstancesSchema>,
) {
  const cluster = findCluster(ecs, input.cluster);
  const query = input.filter === undefined ? undefined : parseQuery(input.filter);
  const arns = instancesOf(ecs, cluster.clusterArn)
    .filter(({ status }) => input.status === undefined || status === input.status)
    .filter(
      ({ attributes }) => query?.(new Map(attributes.map(({ name, value = "" }) => [name, value]))) ?? true,
    )
    .map(({ containerInstanceArn }) => containerInstanceArn);
  const { items, nextToken } = page(arns, input);
  return { containerInstanceArns: items, nextToken };
}

export const describeContainerInstancesSchema = z.strictObject({
  cluster: z.string().optional(),
  containerInstances: references,
  include: z.array(z.enum(["TAGS"])).optional(),
});

export function describeContainerInstances(
  ecs: EcsContext,
  input: z.output<typeof describeContainerInstancesSchema>,
) {
  const { found, failures } = lookUp(ecs, findCluster(ecs, input.cluster), input.containerInstances);
  return { containerInstances: found.map((instance) => renderInstance(ecs, instance)), failures };
}

export const updateContainerInstancesStateSchema = z.strictObject({
  cluster: z.string().optional(),
  containerInstances: references.max(10),
  status: z.enum(["ACTIVE", "DRAINING"]),
});

export function updateContainerInstancesState(
  ecs: EcsContext,
  input: z.output<typeof updateContainerInstancesStateSchema>,
) {
  const { found, failures } = lookUp(ecs, findCluster(ecs, input.cluster), input.containerInstances);
  for (const instance of found) setInstanceStatus(ecs, instance, input.status);
  return { containerInstances: found.map((instance) => renderInstance(ecs, instance)), failures };
}

function lookUp(ecs: EcsContext, cluster: Cluster, wanted: readonly string[]) {
  const arnOf = (reference: string) =>
    reference.startsWith("arn:")
      ? reference
      : arn(ecs.options.realm, "ecs", `container-instance/${cluster.clusterName}/${reference}`);
  const found: ContainerInstance[] = [];
  const failures: { arn: string; reason: string }[] = [];
  for (const reference of wanted.map(arnOf)) {
    const instance = ecs.instances.get(reference);
    if (instance?.clusterArn === cluster.clusterArn) found.push(instance);
    else failures.push({ arn: reference, reason: "MISSING" });
  }
  return { found, failures };
}
