import { describe, expect, it } from "vitest";
import { parseConfig } from "../../infra/config.ts";
import {
  acceptableBacklog,
  addWorkers,
  burstThresholds,
  type PlannedPolicy,
  START_FIRST_WORKER,
} from "../../infra/scaling-plan.ts";

const config = parseConfig({ acceptableLatencySeconds: 60, secondsPerMessage: 0.05 });

/** What a policy adds when its alarm's metric has this value. */
function added({ threshold, steps }: PlannedPolicy, value: number): number {
  const above = value - threshold;
  const step = steps.find(
    ({ lowerBound, upperBound = Number.POSITIVE_INFINITY }) => above >= lowerBound && above < upperBound,
  );
  return step?.adjustment ?? 0;
}

describe("workers", () => {
  it.each([
    ["what one does in time", 1_199, 0],
    ["a little more", 1_200, 1],
    ["four times as much", 4_800, 4],
    ["100,000 messages when nothing runs", 100_000, 10],
  ])("for %s: %d messages for each bring %d", (_, perWorker, expected) => {
    expect(acceptableBacklog(config)).toBe(1_200);
    expect(added(addWorkers(config), perWorker)).toBe(expected);
  });

  it("never lose any to the policy that starts the first one", () => {
    for (const { adjustment } of START_FIRST_WORKER.steps) expect(adjustment).toBeGreaterThan(0);
    expect(START_FIRST_WORKER.adjustment).toBe("ChangeInCapacity");
  });

  it("come in a burst for 100,000 messages, and for a message that waits twice as long as it may", () => {
    expect(burstThresholds(config)).toEqual({ messages: 6_000, ageSeconds: 120 });
  });
});
