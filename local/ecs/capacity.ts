import type { CapacityProviderStrategy } from "./model.ts";

export const FARGATE_PROVIDERS: readonly string[] = ["FARGATE", "FARGATE_SPOT"];

/**
 * Which capacity provider each new task gets. Bases are filled first, in the strategy's order; the rest keeps the
 * tasks above their bases in proportion to the weights (ECS developer guide, capacity provider strategy).
 * @param running tasks that count already, by provider
 */
export function splitByStrategy(
  strategy: CapacityProviderStrategy,
  count: number,
  running: Readonly<Record<string, number>> = {},
): string[] {
  const counts = new Map(
    strategy.map((item) => [item.capacityProvider, running[item.capacityProvider] ?? 0]),
  );
  const countOf = (item: CapacityProviderStrategy[number]) => counts.get(item.capacityProvider) ?? 0;
  return Array.from({ length: count }, () => {
    const short = strategy.find((item) => countOf(item) < item.base);
    const weighted = strategy
      .filter((item) => item.weight > 0)
      .toSorted((a, b) => (countOf(a) - a.base + 1) / a.weight - (countOf(b) - b.base + 1) / b.weight);
    const chosen = short ?? weighted[0] ?? strategy[0];
    if (!chosen) throw new RangeError("A capacity provider strategy has at least one provider");
    counts.set(chosen.capacityProvider, countOf(chosen) + 1);
    return chosen.capacityProvider;
  });
}
