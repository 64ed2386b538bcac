import { describe, expect, it } from "vitest";
import {
  addValues,
  type Distribution,
  EXACT_VALUES,
  percentile,
} from "../../../../local/cloudwatch/metrics/distribution.ts";

const distributionOf = (values: readonly number[]) => {
  const distribution: Distribution = new Map();
  for (const value of values) addValues(distribution, [[value, 1]]);
  return distribution;
};

describe("percentiles", () => {
  it("are exact for as many distinct values as are kept", () => {
    const distribution = distributionOf(Array.from({ length: EXACT_VALUES }, (_, index) => index + 1));
    expect([0.2, 50, 99, 100].map((percent) => percentile(distribution, percent))).toEqual([
      1, 250, 495, 500,
    ]);
  });

  it("weigh how often a value occurred", () => {
    const distribution: Distribution = new Map([
      [1, 98],
      [1000, 2],
    ]);
    expect([50, 98, 98.1, 99].map((percent) => percentile(distribution, percent))).toEqual([
      1, 1, 1000, 1000,
    ]);
  });

  it("stay near the truth, in bounded memory, for any number of values", () => {
    const distribution = distributionOf(Array.from({ length: 20_000 }, (_, index) => 1 + index / 7));
    expect(distribution.size).toBeLessThanOrEqual(EXACT_VALUES);
    for (const percent of [10, 50, 90, 99]) {
      const exact = 1 + ((percent / 100) * 20_000) / 7;
      const error = Math.abs((percentile(distribution, percent) ?? 0) - exact) / exact;
      expect(error).toBeLessThan(0.06);
    }
    expect([...distribution.values()].reduce((sum, count) => sum + count, 0)).toBe(20_000);
  });

  it("are unknown without values", () => {
    expect(percentile(new Map(), 50)).toBeUndefined();
  });
});
