import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TokenBucket } from "../../../bench/scale/aws/token-bucket.ts";
import { Histogram } from "../../../bench/scale/engine/histogram.ts";
import { Random } from "../../../bench/scale/engine/random.ts";
import { RetryWheel } from "../../../bench/scale/engine/retry-wheel.ts";
import { Simulation } from "../../../bench/scale/engine/simulation.ts";
import { HEAVY_TAILED } from "../../../bench/scale/workload/sizes.ts";

describe("the simulation's time", () => {
  it("jumps from event to event in their order, and of one instant in the order of their making", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 200 }), async (times) => {
        const simulation = new Simulation();
        const seen: [number, number][] = [];
        for (const [index, at] of times.entries()) {
          simulation.at(at, () => {
            expect(simulation.now).toBe(at);
            seen.push([at, index]);
          });
        }
        await simulation.run();
        expect(seen).toEqual(seen.toSorted(([a, i], [b, j]) => a - b || i - j));
        expect(seen).toHaveLength(times.length);
      }),
    );
  });

  it("stands still while an asynchronous action is under way", async () => {
    const simulation = new Simulation();
    const seen: string[] = [];
    simulation.at(1, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push("slow");
    });
    simulation.at(2, () => void seen.push("next"));
    await simulation.run();
    expect(seen).toEqual(["slow", "next"]);
  });

  it("goes no further than it is told", async () => {
    const simulation = new Simulation();
    let ran = 0;
    simulation.every(10, 10, () => ++ran < 100);
    await simulation.run(35);
    expect([ran, simulation.now]).toEqual([3, 35]);
  });
});

it("what is to come again comes at the second after its time, together", async () => {
  const simulation = new Simulation();
  const due: [number, string[]][] = [];
  const wheel = new RetryWheel<string>(simulation, (items) => due.push([simulation.now, items]));
  wheel.add("a", 1.2);
  wheel.add("b", 1.9);
  wheel.add("c", 3);
  await simulation.run();
  expect(due).toEqual([
    [2, ["a", "b"]],
    [3, ["c"]],
  ]);
});

it("a token bucket never gives more than its burst and its rate together", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.double({ min: 0, max: 5, noNaN: true }), fc.integer({ min: 1, max: 300 }))),
      (steps) => {
        const bucket = new TokenBucket({ perSecond: 20, burst: 100 });
        let [now, given] = [0, 0];
        for (const [wait, wanted] of steps) {
          now += wait;
          const taken = bucket.take(now, wanted);
          expect(taken).toBeLessThanOrEqual(wanted);
          given += taken;
          expect(given).toBeLessThanOrEqual(100 + 20 * now + 1e-6);
        }
      },
    ),
  );
});

describe("random numbers", () => {
  it("follow from the seed", () => {
    const draw = (seed: number) => Array.from({ length: 5 }, new Random(seed).next);
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it("have the means of their distributions", () => {
    const random = new Random(3);
    const mean = (draw: () => number) =>
      Array.from({ length: 50_000 }, draw).reduce((sum, value) => sum + value, 0) / 50_000;
    expect(mean(random.next)).toBeCloseTo(0.5, 2);
    expect(mean(() => random.exponential(4))).toBeGreaterThan(3.9);
    expect(mean(() => random.exponential(4))).toBeLessThan(4.1);
    expect(mean(() => random.normal())).toBeCloseTo(0, 1);
  });

  it("draw file sizes with the median of the study, one in a hundred above 4 MiB", () => {
    const random = new Random(5);
    const sizes = Array.from({ length: 50_000 }, () => HEAVY_TAILED.draw(random)).toSorted((a, b) => a - b);
    expect(sizes[25_000]).toBeGreaterThan(12_000);
    expect(sizes[25_000]).toBeLessThan(14_500);
    const large = sizes.filter((size) => size > 4 * 2 ** 20).length / sizes.length;
    expect(large).toBeGreaterThan(0.007);
    expect(large).toBeLessThan(0.012);
  });
});

it("a histogram's quantiles are within two percent of the sorted values'", () => {
  const random = new Random(9);
  const values = Array.from({ length: 20_000 }, () => random.lognormal(30, 1));
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  const sorted = values.toSorted((a, b) => a - b);
  for (const q of [0.01, 0.5, 0.95, 0.99]) {
    const exact = sorted[Math.ceil(q * sorted.length) - 1] ?? 0;
    expect(Math.abs(histogram.quantile(q) / exact - 1)).toBeLessThan(0.02);
  }
  expect(histogram.max).toBe(sorted.at(-1));
  expect(histogram.curve().at(-1)?.share).toBe(1);
});
