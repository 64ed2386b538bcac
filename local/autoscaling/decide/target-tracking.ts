/** Seconds that follow an activity on an ECS service when the policy does not say. */
export const DEFAULT_COOLDOWN_SECONDS = 300;

/** Data points of a minute that must be above the target before capacity is added. */
export const HIGH_PERIODS = 3;
/** Data points of a minute that must be below `lowThreshold` before capacity is taken away. */
export const LOW_PERIODS = 15;

/** Where capacity is taken away: a tenth below the target, so that it does not swing. */
export function lowThreshold(target: number): number {
  return target * 0.9;
}

/**
 * Capacity at which the metric would be at its target, were it to fall in proportion as tasks are added; always
 * rounded up. Nothing is in proportion to zero tasks: they stay zero.
 */
export function proportionalCapacity(capacity: number, metric: number, target: number): number {
  // 2 × 150 / 100 is 3, not the 4 that a rounding error of the division would make of it.
  return Math.ceil(Number(((capacity * metric) / target).toPrecision(12)));
}

export interface TrackedPolicy {
  readonly target: number;
  /** The state of the policy's low alarm. */
  readonly low: "OK" | "ALARM" | "INSUFFICIENT_DATA";
  /** Data points of the low alarm, oldest first. */
  readonly lowDatapoints: readonly number[];
}

/**
 * What a target tracking policy would set when its high alarm is raised: by the newest data point, so that a rising
 * load is answered as it is now.
 */
export function scaleOutProposal(
  target: number,
  datapoints: readonly number[],
): ((capacity: number) => number) | undefined {
  const newest = datapoints.at(-1);
  if (newest === undefined) return undefined;
  return (capacity) => Math.max(capacity, proportionalCapacity(capacity, newest, target));
}

/**
 * What all target tracking policies of a target together would take away: nothing unless every one's low alarm is
 * raised, and then the largest of their capacities (Application Auto Scaling user guide). Each goes by the highest
 * of its data points, because capacity is taken away more gradually than it is added.
 * @param policies those that may scale in
 */
export function scaleInProposal(
  policies: readonly TrackedPolicy[],
): ((capacity: number) => number) | undefined {
  const ready = policies.every(({ low, lowDatapoints }) => low === "ALARM" && lowDatapoints.length > 0);
  if (!ready || policies.length === 0) return undefined;
  return (capacity) => {
    const wanted = policies.map(({ target, lowDatapoints }) =>
      proportionalCapacity(capacity, Math.max(...lowDatapoints), target),
    );
    return Math.min(capacity, Math.max(...wanted));
  };
}
