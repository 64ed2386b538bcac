import { FARGATE_PROVIDERS, splitByStrategy } from "../capacity.ts";
import { clientError, invalidParameter } from "../errors.ts";
import type { CapacityProviderStrategy, Cluster, LaunchType } from "../model.ts";

/** What kind of capacity one task gets; which instance, on EC2, is decided after it. */
export interface Placement {
  readonly launchType: LaunchType;
  readonly capacityProviderName?: string | undefined;
}

/**
 * Capacity for each of `count` tasks: by launch type, by the given strategy, or by the cluster's default strategy;
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
    const { launchType = "EC2" } = wish;
    return Array.from({ length: count }, () => ({ launchType }));
  }
  checkStrategy(cluster, strategy);
  return splitByStrategy(strategy, count, running).map((capacityProviderName) => ({
    launchType: FARGATE_PROVIDERS.includes(capacityProviderName) ? "FARGATE" : "EC2",
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
}

/** Fargate runs what was registered for it. @throws AwsError ClientException */
export function checkCompatible(launchType: LaunchType, compatibilities: readonly string[]): void {
  if (!compatibilities.includes(launchType)) {
    throw clientError(`Task definition does not support launch_type ${launchType}.`);
  }
}
