import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { burstSize, callsFor, workersWanted } from "../../../functions/launch-workers/burst-size.ts";

const policy = { acceptableLatencySeconds: 60, secondsPerMessage: 0.1, maximumBurst: 20 };

describe("workersWanted", () => {
  it.each([
    [0, 0],
    [1, 1],
    [600, 1],
    [601, 2],
    [6_000, 10],
    [100_000, 167],
  ])("drains %d messages in a minute with %d workers", (visible, wanted) => {
    expect(workersWanted({ visible, inFlight: 0 }, policy)).toBe(wanted);
  });

  it("counts what is in work as well", () => {
    expect(workersWanted({ visible: 600, inFlight: 600 }, policy)).toBe(2);
  });
});

describe("burstSize", () => {
  it.each([
    ["nothing to do", 0, 0, 0, 0],
    ["what the service cannot do", 6_000, 2, 0, 8],
    ["what is not on its way already", 6_000, 2, 8, 0],
    ["no more than the cap", 100_000, 2, 0, 20],
    ["what the cap leaves", 100_000, 2, 15, 5],
    ["nothing when the service has grown meanwhile", 6_000, 12, 0, 0],
  ])("starts %s", (_, visible, service, burst, expected) => {
    expect(burstSize({ visible, inFlight: 0 }, { service, burst }, policy)).toBe(expected);
  });

  it("asked again after its own workers are counted, starts none", () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(1e4), fc.nat(50), fc.nat(30), (visible, inFlight, service, burst) => {
        const first = burstSize({ visible, inFlight }, { service, burst }, policy);
        return burstSize({ visible, inFlight }, { service, burst: burst + first }, policy) === 0;
      }),
    );
  });
});

describe("callsFor", () => {
  it("splits tasks into calls of at most ten", () => {
    expect([0, 3, 10, 25].map(callsFor)).toEqual([[], [3], [10], [10, 10, 5]]);
  });
});
