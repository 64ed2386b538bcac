import type { Choice } from "./grid.ts";

/** A point of the sweep, with what came of it. */
export interface Point {
  readonly choice: Choice;
  /** Dollars for a million objects, all parts. */
  readonly perMillion: number;
  /** Seconds to the result. */
  readonly p99: number;
  readonly max: number;
}

/** Points that no other one beats in both cost and p99, the cheapest first. */
export function frontier(points: readonly Point[]): Point[] {
  const sorted = points.toSorted((a, b) => a.perMillion - b.perMillion || a.p99 - b.p99);
  let best = Number.POSITIVE_INFINITY;
  return sorted.filter(({ p99 }) => {
    if (p99 >= best) return false;
    best = p99;
    return true;
  });
}
