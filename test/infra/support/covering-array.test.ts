import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pairwise } from "./covering-array.ts";

const parametersOf = (sizes: readonly number[]) =>
  Object.fromEntries(sizes.map((size, at) => [`p${at}`, Array.from({ length: size }, (_, value) => value)]));

describe("a covering array", () => {
  it("has every pair in some row, whatever the parameters", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 6 }), (sizes) => {
        const { rows } = pairwise(parametersOf(sizes), () => true);
        for (let a = 0; a < sizes.length; a += 1) {
          for (let b = a + 1; b < sizes.length; b += 1) {
            const met = new Set(rows.map((row) => `${row[`p${a}`]} ${row[`p${b}`]}`));
            expect(met.size).toBe((sizes[a] ?? 0) * (sizes[b] ?? 0));
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it("has few rows: nothing near the product", () => {
    const { rows } = pairwise(parametersOf([7, 6, 5, 4, 3, 3, 2, 2]), () => true);
    expect(rows.length).toBeLessThanOrEqual(55);
  });

  it("has no row with what does not go together, and names those pairs", () => {
    const { rows, impossible } = pairwise(parametersOf([2, 2, 2]), ({ p0, p1 }) => !(p0 === 0 && p1 === 0));
    expect(rows.some(({ p0, p1 }) => p0 === 0 && p1 === 0)).toBe(false);
    expect(impossible).toEqual([{ p0: 0, p1: 0 }]);
  });
});
