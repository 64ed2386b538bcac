/** How often each value occurred. */
export type Distribution = Map<number, number>;

/** Distinct values up to which percentiles are exact. */
export const EXACT_VALUES = 500;

/** Rounding that is tried, coarser and coarser, to stay within `EXACT_VALUES` distinct values. */
const SIGNIFICANT_DIGITS = [4, 3, 2, 1] as const;

/**
 * Adds occurrences of values. Past `EXACT_VALUES` distinct ones all are rounded to 4 significant digits, and to
 * fewer where that does not suffice; so percentiles are exact for 500 distinct values in a period's minute, within
 * 0.05 % for a few thousand, and memory is bounded.
 */
export function addValues(into: Distribution, values: Iterable<readonly [number, number]>): void {
  for (const [value, count] of values) into.set(value, (into.get(value) ?? 0) + count);
  for (const digits of SIGNIFICANT_DIGITS) {
    if (into.size <= EXACT_VALUES) return;
    round(into, digits);
  }
}

function round(distribution: Distribution, digits: number): void {
  const before = [...distribution];
  distribution.clear();
  for (const [value, count] of before) {
    const rounded = Number(value.toPrecision(digits));
    distribution.set(rounded, (distribution.get(rounded) ?? 0) + count);
  }
}

/** The smallest value that at least `percent` % of the occurrences do not exceed. */
export function percentile(distribution: ReadonlyMap<number, number>, percent: number): number | undefined {
  const sorted = [...distribution].sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [value, count] of sorted) {
    seen += count;
    if (seen >= (percent / 100) * total) return value;
  }
  return undefined;
}
