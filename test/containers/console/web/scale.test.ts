import { expect, test } from "vitest";
import { niceMax, ticks, timeTicks } from "../../../../containers/console/web/src/charts/scale.ts";

test.each([
  [0, 1],
  [0.03, 0.05],
  [1, 1],
  [1.2, 2],
  [2.2, 2.5],
  [7, 10],
  [420, 500],
  [1e9, 1e9],
])("an axis for values up to %d ends at %d", (value, end) => {
  expect(niceMax(value)).toBeCloseTo(end, 10);
});

test("things that are counted have no fractions on their axis", () => {
  for (let most = 0; most < 300; most++) {
    const levels = ticks(most, true);
    expect(levels.every(Number.isInteger), String(most)).toBe(true);
    expect(levels.at(-1)).toBeGreaterThanOrEqual(most);
    expect(levels.length).toBeGreaterThan(1);
  }
});

test.each([
  [24, [0, 5, 10, 15, 20, 25]],
  [48, [0, 10, 20, 30, 40, 50]],
  [90, [0, 25, 50, 75, 100]],
])("levels up to %d are round", (most, levels) => {
  expect(ticks(most)).toEqual(levels);
});

test("times on an axis are round in the reader's zone", () => {
  const from = Date.parse("2026-11-22T10:07:00Z");
  const half = 30 * 60_000;
  const found = timeTicks(from, from + 60 * 60_000, 6, half).map((time) =>
    new Date(time).toISOString().slice(11, 16),
  );
  expect(found).toEqual(["10:10", "10:20", "10:30", "10:40", "10:50", "11:00"]);
});
