import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ECS_LIMITS, LAUNCH_BUDGET } from "../../functions/kit/ecs-limits.ts";
import { launchBudget, takeTurn } from "../../functions/kit/launch-budget.ts";
import { secondsUntil, waitBeforeTurn } from "../../functions/kit/turn.ts";
import { createTables, type TestTables } from "./support/tables.ts";

/** Turns for requests that come at these times, in milliseconds. */
function turnsFor(arrivals: readonly number[], rate = LAUNCH_BUDGET as { perSecond: number; burst: number }) {
  let next: number | undefined;
  return arrivals.map((now) => {
    const taken = takeTurn(next, now, rate);
    next = taken.next;
    return Math.max(now, taken.turn);
  });
}

describe("the rule of the launch budget", () => {
  it("stays inside what ECS allows", () => {
    expect(LAUNCH_BUDGET.perSecond).toBeLessThan(ECS_LIMITS.fargateTasksPerSecond);
    expect(LAUNCH_BUDGET.burst).toBeLessThanOrEqual(ECS_LIMITS.runTaskBurst);
  });

  it("never lets more than the burst and the rate through, in any stretch of time", () => {
    const arrivals = fc
      .array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 300 })
      .map((gaps) =>
        gaps.map((_, index) => gaps.slice(0, index + 1).reduce((sum, gap) => sum + (gap % 97), 0)),
      );
    const rate = fc.record({
      perSecond: fc.integer({ min: 1, max: 50 }),
      burst: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(arrivals, rate, (times, { perSecond, burst }) => {
        const turns = turnsFor(times, { perSecond, burst });
        for (const [index, from] of turns.entries()) {
          for (const [offset, to] of turns.slice(index).entries()) {
            const allowed = burst + ((to - from) * perSecond) / 1_000;
            expect(offset + 1).toBeLessThanOrEqual(allowed + 1e-6);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it("wastes nothing: a burst of 10,000 has its last turn when the rate says", () => {
    const turns = turnsFor(Array.from({ length: 10_000 }, () => 0));
    const seconds = (10_000 - LAUNCH_BUDGET.burst) / LAUNCH_BUDGET.perSecond;
    expect((turns.at(-1) ?? 0) / 1_000).toBeCloseTo(seconds, 3);
    expect(turns.filter((turn) => turn === 0)).toHaveLength(LAUNCH_BUDGET.burst);
    // Every one of them fits into one delay of SQS: no message comes by twice for the same turn.
    expect(Math.max(...turns.map((turn) => secondsUntil(turn, 0)))).toBeLessThan(900);
  });

  it("lets a message that is delayed until its turn through when it comes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 900_000 }), (turn) => {
        const arrives = secondsUntil(turn, 0) * 1_000;
        expect(waitBeforeTurn(turn, arrives)).toBe(0);
      }),
    );
    expect(secondsUntil(2_000_000, 0)).toBe(900);
  });
});

describe("the launch budget in DynamoDB", () => {
  let tables: TestTables;
  beforeAll(async () => {
    tables = await createTables();
  });
  afterAll(() => tables.close());

  it("gives callers at once turns of their own, evenly spread", async () => {
    const budget = launchBudget(tables.client, tables.countersTable, { perSecond: 10, burst: 3 });
    const now = 1_000_000;
    const turns = await Promise.all(Array.from({ length: 40 }, () => budget.takeTurn(now)));
    const sorted = turns.toSorted((a, b) => a - b).map(Math.round);
    expect(sorted).toEqual(Array.from({ length: 40 }, (_, index) => now + (index - 2) * 100));
  });

  it("gives a call that starts several tasks as many turns in a row, and says when the last of them comes", async () => {
    const budget = launchBudget(tables.client, tables.countersTable, { perSecond: 10, burst: 3 });
    const now = 5_000_000;
    expect(Math.round((await budget.takeTurn(now, 3)) - now)).toBe(0);
    expect(Math.round((await budget.takeTurn(now, 10)) - now)).toBe(1_000);
    expect(Math.round((await budget.takeTurn(now)) - now)).toBe(1_100);
  });

  it("forgets unused turns beyond the burst", async () => {
    const budget = launchBudget(tables.client, tables.countersTable, { perSecond: 10, burst: 3 });
    const later = 9_000_000;
    const turns = [];
    for (let index = 0; index < 5; index++) turns.push(Math.round((await budget.takeTurn(later)) - later));
    expect(turns).toEqual([-200, -100, 0, 100, 200]);
  });
});
