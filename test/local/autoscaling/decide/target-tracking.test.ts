import { describe, expect, it } from "vitest";
import {
  lowThreshold,
  proportionalCapacity,
  scaleInProposal,
  scaleOutProposal,
} from "../../../../local/autoscaling/decide/target-tracking.ts";

describe("capacity in proportion to the metric", () => {
  it.each([
    [2, 100, 50, 4],
    [2, 75, 50, 3],
    [2, 51, 50, 3],
    [10, 55, 50, 11],
    [3, 50, 50, 3],
    [10, 5, 50, 1],
    [10, 0, 50, 0],
    [0, 500, 50, 0],
    // 3 × 0.7 / 0.7 and 2 × 150 / 100 are whole, whatever floating point makes of them.
    [3, 0.7, 0.7, 3],
    [2, 150, 100, 3],
    [7, 0.3, 0.1, 21],
  ])("%d tasks at %d against %d: %d", (capacity, metric, target, expected) => {
    expect(proportionalCapacity(capacity, metric, target)).toBe(expected);
  });

  it("takes away only a tenth below the target", () => {
    expect(lowThreshold(50)).toBe(45);
  });
});

describe("scaling out", () => {
  it("goes by the newest data point", () => {
    expect(scaleOutProposal(50, [60, 70, 100])?.(2)).toBe(4);
  });

  it("never takes anything away, and needs data", () => {
    expect(scaleOutProposal(50, [10])?.(4)).toBe(4);
    expect(scaleOutProposal(50, [])).toBeUndefined();
  });
});

describe("scaling in", () => {
  const policy = (low: "OK" | "ALARM" | "INSUFFICIENT_DATA", lowDatapoints: number[]) => ({
    target: 50,
    low,
    lowDatapoints,
  });

  it("goes by the highest data point of the time that it looked at", () => {
    expect(scaleInProposal([policy("ALARM", [40, 10, 5])])?.(10)).toBe(8);
  });

  it("waits for every policy, and leaves what the neediest wants", () => {
    expect(scaleInProposal([policy("ALARM", [10]), policy("ALARM", [30])])?.(10)).toBe(6);
    expect(scaleInProposal([policy("ALARM", [10]), policy("OK", [48])])).toBeUndefined();
    expect(scaleInProposal([policy("ALARM", [10]), policy("INSUFFICIENT_DATA", [])])).toBeUndefined();
    expect(scaleInProposal([])).toBeUndefined();
  });
});
