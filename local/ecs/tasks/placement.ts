import { FARGATE_PROVIDERS, splitByStrategy } from "../capacity.ts";
import { clientError, invalidParameter } from "../errors.ts";
import type { CapacityProviderStrategy, Cluster, LaunchType } from "../model.ts";

/** Where one task goes. */
export interface Placement {
  readonly launchType: LaunchType;
  readonly capacityProviderName?: string | undefined;
}

/**
 * A place for each of `count` tasks: by launch type, by the given strategy, or by the cluster's default strategy;
 * without any of them EC2, as on AWS.
 * @param running tasks of the same service, by capacity provider
 * @throws AwsError for capacity that does not exist
 */
export function placeTasks(
  cluster: Cluster,
  wish: {
    readonly launchType?: LaunchType | undefined;
    readonly capacityProviderStrategy?: CapacityProviderStrategy | undefined;
  },
  count: number,
  running: Readonly<Record<string, number>> = {},
): Placement[] {
  const given = wish.capacityProviderStrategy?.length ? wish.capacityProviderStrategy : undefined;
  if (given && wish.launchType) {
    throw invalidParameter("Specifying both a launch type and capacity provider strategy is not supported.");
  }
  const fallback = cluster.defaultCapacityProviderStrategy;
  const strategy = given ?? (wish.launchType || fallback.length === 0 ? undefined : fallback);
  if (!strategy) {
    if (wish.launchType !== "FARGATE") throw noContainerInstances();
    return Array.from({ length: count }, () => ({ launchType: "FARGATE" }));
  }
  checkStrategy(cluster, strategy);
  return splitByStrategy(strategy, count, running).map((capacityProviderName) => ({
    launchType: "FARGATE",
    capacityProviderName,
  }));
}

function checkStrategy(cluster: Cluster, strategy: CapacityProviderStrategy): void {
  for (const { capacityProvider } of strategy) {
    if (!cluster.capacityProviders.includes(capacityProvider)) {
      throw invalidParameter(
        `The specified capacity provider '${capacityProvider}' is not associated with the cluster.`,
      );
    }
  }
  const fargate = strategy.filter((item) => FARGATE_PROVIDERS.includes(item.capacityProvider)).length;
  if (fargate > 0 && fargate < strategy.length) {
    throw invalidParameter(
      "A capacity provider strategy cannot contain a mix of capacity providers using Auto Scaling groups and Fargate providers.",
    );
  }
  if (strategy.every((item) => item.weight === 0)) {
    throw invalidParameter("The capacity provider strategy needs a provider with a weight greater than 0.");
  }
  if (strategy.filter((item) => item.base > 0).length > 1) {
    throw invalidParameter("Only one capacity provider in a strategy can have a base.");
  }
  if (fargate === 0) throw noContainerInstances();
}

function noContainerInstances() {
  return invalidParameter("No Container Instances were found in your cluster.");
}

/** Fargate runs what was registered for it. @throws AwsError ClientException */
export function checkCompatible(launchType: LaunchType, compatibilities: readonly string[]): void {
  if (!compatibilities.includes(launchType)) {
    throw clientError(`Task definition does not support launch_type ${launchType}.`);
  }
}
