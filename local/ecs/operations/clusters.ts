import { z } from "zod";
import { arn } from "../../wire/realm.ts";
import { FARGATE_PROVIDERS } from "../capacity.ts";
import { type EcsContext, findCluster } from "../context.ts";
import { invalidParameter } from "../errors.ts";
import { instancesOf } from "../instances/instances.ts";
import type { Cluster } from "../model.ts";
import { clusterArn, clusterName, lastSegment } from "../names.ts";
import { page, pageSchema } from "../paging.ts";
import { capacityProviderStrategySchema, tagsSchema } from "../schemas/common.ts";

export const createClusterSchema = z.strictObject({
  clusterName: z
    .string()
    .regex(/^[\w-]{1,255}$/, "Cluster name takes letters, digits, - and _")
    .default("default"),
  tags: tagsSchema.optional(),
  settings: z
    .array(
      z.strictObject({
        name: z.literal("containerInsights"),
        value: z.enum(["enabled", "enhanced", "disabled"]),
      }),
    )
    .optional(),
  configuration: z
    .strictObject({
      executeCommandConfiguration: z
        .strictObject({ logging: z.enum(["NONE", "DEFAULT"]).optional() })
        .optional(),
    })
    .optional(),
  capacityProviders: z.array(z.string()).max(20).optional(),
  defaultCapacityProviderStrategy: capacityProviderStrategySchema.optional(),
});

/** Answers with the cluster that is there when the name is taken, as AWS does. */
export function createCluster(ecs: EcsContext, input: z.output<typeof createClusterSchema>) {
  const present = ecs.clusters.get(input.clusterName);
  if (present?.status === "ACTIVE") return { cluster: forApi(ecs, present, []) };
  const capacityProviders = input.capacityProviders ?? [];
  checkProviders(ecs, capacityProviders);
  const cluster: Cluster = {
    clusterArn: clusterArn(ecs.options.realm, input.clusterName),
    clusterName: input.clusterName,
    status: "ACTIVE",
    tags: input.tags ?? [],
    settings: input.settings ?? [{ name: "containerInsights", value: "disabled" }],
    configuration: input.configuration,
    capacityProviders,
    defaultCapacityProviderStrategy: input.defaultCapacityProviderStrategy ?? [],
  };
  ecs.clusters.put(cluster);
  return { cluster: forApi(ecs, cluster, ["TAGS"]) };
}

/** Creates the cluster, or gives it what the input says. */
export function applyCluster(
  ecs: EcsContext,
  input: z.output<typeof createClusterSchema>,
): { clusterArn: string; clusterName: string } {
  createCluster(ecs, input);
  const cluster = findCluster(ecs, input.clusterName);
  const { clusterName: _clusterName, ...changes } = input;
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  ecs.clusters.put(Object.assign(cluster, given));
  return cluster;
}

export const describeClustersSchema = z.strictObject({
  clusters: z.array(z.string()).max(100).optional(),
  include: z.array(z.enum(["TAGS", "SETTINGS", "STATISTICS", "CONFIGURATIONS", "ATTACHMENTS"])).optional(),
});

export function describeClusters(ecs: EcsContext, input: z.output<typeof describeClustersSchema>) {
  const references = input.clusters?.length ? input.clusters : ["default"];
  const found = references.map((reference) => ecs.clusters.get(clusterName(reference)));
  return {
    clusters: found.flatMap((cluster) => (cluster ? [forApi(ecs, cluster, input.include ?? [])] : [])),
    failures: references
      .filter((_, index) => !found[index])
      .map((reference) => ({
        arn: clusterArn(ecs.options.realm, clusterName(reference)),
        reason: "MISSING",
      })),
  };
}

export const listClustersSchema = z.strictObject(pageSchema);

export function listClusters(ecs: EcsContext, input: z.output<typeof listClustersSchema>) {
  const active = [...ecs.clusters.values()].filter(({ status }) => status === "ACTIVE");
  const { items, nextToken } = page(
    active.map((cluster) => cluster.clusterArn),
    input,
  );
  return { clusterArns: items, nextToken };
}

export const putClusterCapacityProvidersSchema = z.strictObject({
  cluster: z.string(),
  capacityProviders: z.array(z.string()).max(20),
  defaultCapacityProviderStrategy: capacityProviderStrategySchema,
});

export function putClusterCapacityProviders(
  ecs: EcsContext,
  input: z.output<typeof putClusterCapacityProvidersSchema>,
) {
  const cluster = findCluster(ecs, input.cluster);
  const capacityProviders = input.capacityProviders.map(lastSegment);
  checkProviders(ecs, capacityProviders);
  const strategy = input.defaultCapacityProviderStrategy.map((item) => ({
    ...item,
    capacityProvider: lastSegment(item.capacityProvider),
  }));
  for (const { capacityProvider } of strategy) {
    if (!capacityProviders.includes(capacityProvider)) {
      throw invalidParameter(
        `The default capacity provider strategy names '${capacityProvider}', which is not one of the cluster's capacity providers.`,
      );
    }
  }
  Object.assign(cluster, { capacityProviders, defaultCapacityProviderStrategy: strategy });
  ecs.clusters.put(cluster);
  return { cluster: forApi(ecs, cluster, ["TAGS", "SETTINGS"]) };
}

export const describeCapacityProvidersSchema = z.strictObject({
  capacityProviders: z.array(z.string()).optional(),
  include: z.array(z.enum(["TAGS"])).optional(),
});

export function describeCapacityProviders(
  ecs: EcsContext,
  input: z.output<typeof describeCapacityProvidersSchema>,
) {
  const { realm } = ecs.options;
  const providerArn = (name: string) => arn(realm, "ecs", `capacity-provider/${name}`);
  const all = [
    ...FARGATE_PROVIDERS.map((name) => ({
      capacityProviderArn: providerArn(name),
      name,
      status: "ACTIVE",
      tags: [],
    })),
    ...ecs.capacityProviders.values(),
  ];
  const names = input.capacityProviders?.map(lastSegment) ?? all.map(({ name }) => name);
  const found = all.filter(({ name }) => names.includes(name));
  return {
    capacityProviders: found.map((provider) => ({
      ...provider,
      tags: input.include?.includes("TAGS") ? provider.tags : [],
    })),
    failures: names
      .filter((name) => !found.some((provider) => provider.name === name))
      .map((name) => ({ arn: providerArn(name), reason: "MISSING" })),
  };
}

export const createCapacityProviderSchema = z.strictObject({
  name: z.string().regex(/^(?!aws|ecs|fargate)[\w-]{1,255}$/i, "Capacity provider name is not allowed"),
  autoScalingGroupProvider: z.strictObject({
    autoScalingGroupArn: z.string(),
    managedScaling: z
      .strictObject({
        status: z.enum(["ENABLED", "DISABLED"]).optional(),
        targetCapacity: z.int().min(1).max(100).optional(),
        minimumScalingStepSize: z.int().optional(),
        maximumScalingStepSize: z.int().optional(),
        instanceWarmupPeriod: z.int().optional(),
      })
      .optional(),
    managedTerminationProtection: z.enum(["ENABLED", "DISABLED"]).optional(),
    managedDraining: z.enum(["ENABLED", "DISABLED"]).optional(),
  }),
  tags: tagsSchema.optional(),
});

export function createCapacityProvider(
  ecs: EcsContext,
  input: z.output<typeof createCapacityProviderSchema>,
) {
  const capacityProvider = {
    capacityProviderArn: arn(ecs.options.realm, "ecs", `capacity-provider/${input.name}`),
    name: input.name,
    status: "ACTIVE" as const,
    autoScalingGroupProvider: input.autoScalingGroupProvider,
    tags: input.tags ?? [],
  };
  ecs.capacityProviders.put(capacityProvider);
  return { capacityProvider };
}

function checkProviders(ecs: EcsContext, names: readonly string[]): void {
  for (const name of names) {
    if (!FARGATE_PROVIDERS.includes(name) && !ecs.capacityProviders.get(name)) {
      throw invalidParameter(`The specified capacity provider '${name}' was not found.`);
    }
  }
}

function forApi(ecs: EcsContext, cluster: Cluster, include: readonly string[]): Record<string, unknown> {
  const tasks = ecs.tasks.all().filter((task) => task.clusterArn === cluster.clusterArn);
  const running = tasks.filter((task) => task.lastStatus === "RUNNING");
  const pending = tasks.filter((task) => ["PROVISIONING", "PENDING", "ACTIVATING"].includes(task.lastStatus));
  const services = [...ecs.services.values()].filter(
    (service) => service.clusterArn === cluster.clusterArn && service.status === "ACTIVE",
  );
  const statistics = (["EC2", "FARGATE"] as const).flatMap((type) => [
    { name: `running${type === "EC2" ? "EC2" : "Fargate"}TasksCount`, value: count(running, type) },
    { name: `pending${type === "EC2" ? "EC2" : "Fargate"}TasksCount`, value: count(pending, type) },
  ]);
  return {
    clusterArn: cluster.clusterArn,
    clusterName: cluster.clusterName,
    status: cluster.status,
    registeredContainerInstancesCount: instancesOf(ecs, cluster.clusterArn).length,
    runningTasksCount: running.length,
    pendingTasksCount: pending.length,
    activeServicesCount: services.length,
    statistics: include.includes("STATISTICS") ? statistics : [],
    tags: include.includes("TAGS") ? cluster.tags : [],
    settings: include.includes("SETTINGS") ? cluster.settings : [],
    ...(include.includes("CONFIGURATIONS") && cluster.configuration
      ? { configuration: cluster.configuration }
      : {}),
    capacityProviders: cluster.capacityProviders,
    defaultCapacityProviderStrategy: cluster.defaultCapacityProviderStrategy,
  };
}

function count(tasks: readonly { launchType: string }[], launchType: string): string {
  return String(tasks.filter((task) => task.launchType === launchType).length);
}
