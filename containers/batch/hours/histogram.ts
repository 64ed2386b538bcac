import type { Durations } from "../../../events/batch/rollup.ts";

/** Each bucket is this much wider than the one before it: any value of a bucket is within 1 % of its middle. */
const GROWTH = 1.02;

/**
 * Times by logarithmic buckets: a few hundred numbers whatever comes in, percentiles exact to one percent, and the
 * same in whatever order the values came.
 */
export class Histogram {
  readonly #buckets = new Map<number, number>();
  #count = 0;
  #max = 0;

  /** @param ms not negative */
  add(ms: number): void {
    const bucket = ms < 1 ? -1 : Math.ceil(Math.log(ms) / Math.log(GROWTH) - 1e-9);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
    this.#count++;
    this.#max = Math.max(this.#max, ms);
  }

  summary(): Durations {
    return {
      count: this.#count,
      p50Ms: this.#percentile(0.5),
      p95Ms: this.#percentile(0.95),
      maxMs: Math.round(this.#max),
    };
  }

  /** The nearest-rank percentile. */
  #percentile(share: number): number {
    const rank = Math.ceil(share * this.#count);
    let seen = 0;
    for (const [bucket, count] of [...this.#buckets].sort(([a], [b]) => a - b)) {
      seen += count;
      if (seen >= rank) {
        const middle = bucket < 0 ? 0 : (2 * GROWTH ** bucket) / (GROWTH + 1);
        return Math.min(Math.round(middle), Math.round(this.#max));
      }
    }
    return 0;
  }
}
