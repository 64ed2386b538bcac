import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Histogram } from "../../../../containers/batch/hours/histogram.ts";
import { Smallest } from "../../../../containers/batch/hours/smallest.ts";
import { WorkerTime } from "../../../../containers/batch/hours/worker-time.ts";

function histogramOf(values: readonly number[]) {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram.summary();
}

describe("percentiles", () => {
  it("are within one percent of the true ones, and the maximum is exact", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 1 }), (values) => {
        const sorted = values.toSorted((a, b) => a - b);
        const exact = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
        const { count, p50Ms, p95Ms, maxMs } = histogramOf(values);
        expect(count).toBe(values.length);
        expect(Math.abs(p50Ms - exact(0.5))).toBeLessThanOrEqual(0.01 * exact(0.5) + 1);
        expect(Math.abs(p95Ms - exact(0.95))).toBeLessThanOrEqual(0.01 * exact(0.95) + 1);
        expect(maxMs).toBe(sorted.at(-1));
      }),
    );
  });

  it("are the same in whatever order the values come", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e6 })), (values) => {
        expect(histogramOf(values.toReversed())).toEqual(histogramOf(values));
      }),
    );
  });

  it("of nothing are 0", () => {
    expect(histogramOf([])).toEqual({ count: 0, p50Ms: 0, p95Ms: 0, maxMs: 0 });
  });
});

describe("the smallest of many", () => {
  it("are those that sorting all would give", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer()), fc.integer({ min: 1, max: 8 }), (values, limit) => {
        const smallest = new Smallest<number>(limit, (a, b) => a - b);
        for (const value of values) smallest.add(value);
        expect(smallest.values).toEqual(values.toSorted((a, b) => a - b).slice(0, limit));
      }),
    );
  });
});

describe("a worker's time", () => {
  it("is busy while it has at least one job, and idle between its jobs", () => {
    const time = new WorkerTime(0);
    time.add("a", 0, 950);
    time.add("a", 500, 1_950);
    time.add("a", 3_000, 3_050);
    time.add("b", 100, 150);
    expect(time.summary()).toEqual({ tasks: 2, busyMs: 2_000 + 100 + 100, idleMs: 1_000 });
  });

  it("is not led astray by a clock that jumps", () => {
    const time = new WorkerTime(0);
    time.add("a", 1_000, 500);
    time.add("a", -5_000, 100);
    time.add("b", 0, 10 * 365 * 24 * 3_600_000);
    expect(time.summary()).toEqual({ tasks: 1, busyMs: 24 * 3_600_000, idleMs: 0 });
  });
});
