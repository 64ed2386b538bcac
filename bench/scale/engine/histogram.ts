/** Buckets grow by this factor: a quantile is at most two percent off. */
const GROWTH = 1.02;
const LOG_GROWTH = Math.log(GROWTH);
/** Below this, values are one bucket. */
const SMALLEST = 0.01;
const BUCKETS = 1024;

/** Counts of values by buckets whose width grows with the value; takes a hundred million values in little memory. */
export class Histogram {
  readonly #counts = new Float64Array(BUCKETS);
  #count = 0;
  #sum = 0;
  #max = 0;

  add(value: number, count = 1): void {
    const bucket = value <= SMALLEST ? 0 : 1 + Math.floor(Math.log(value / SMALLEST) / LOG_GROWTH);
    const index = Math.min(BUCKETS - 1, bucket);
    this.#counts[index] = (this.#counts[index] ?? 0) + count;
    this.#count += count;
    this.#sum += value * count;
    if (value > this.#max) this.#max = value;
  }

  get count(): number {
    return this.#count;
  }

  get mean(): number {
    return this.#count === 0 ? Number.NaN : this.#sum / this.#count;
  }

  get max(): number {
    return this.#max;
  }

  /** The value that the share `q` of all values is not above; the middle of its bucket. */
  quantile(q: number): number {
    let left = Math.max(1, Math.ceil(q * this.#count));
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.#counts[bucket] ?? 0;
      if (left <= 0) return Math.min(this.#max, middle(bucket));
    }
    return this.#max;
  }

  /** How many values are above `value`, as far as buckets tell. */
  above(value: number): number {
    let count = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      if (middle(bucket) > value) count += this.#counts[bucket] ?? 0;
    }
    return count;
  }

  /** Points of the cumulative distribution: value, and the share of values that are not above it. */
  curve(): { readonly value: number; readonly share: number }[] {
    const points: { value: number; share: number }[] = [];
    let sum = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const count = this.#counts[bucket] ?? 0;
      if (count === 0) continue;
      sum += count;
      points.push({ value: Math.min(this.#max, middle(bucket)), share: sum / this.#count });
    }
    return points;
  }
}

function middle(bucket: number): number {
  return bucket === 0 ? SMALLEST : SMALLEST * GROWTH ** (bucket - 0.5);
}
