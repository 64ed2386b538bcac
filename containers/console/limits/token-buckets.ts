export interface BucketOptions {
  /** How many may come at once. */
  readonly burst: number;
  /** How many a second come back. */
  readonly perSecond: number;
}

/** Clients whose buckets are kept; more than these share the fate of the oldest, which start anew. */
const MAX_CLIENTS = 10_000;

/** A token bucket for each client, in this process alone: each task of the service allows so much. */
export class TokenBuckets {
  readonly #options: BucketOptions;
  readonly #buckets = new Map<string, { left: number; at: number }>();

  constructor(options: BucketOptions) {
    this.#options = options;
  }

  /** Takes one. @param now in milliseconds @returns seconds to wait when there is none left, else 0 */
  take(client: string, now: number): number {
    const bucket = this.#refill(client, now);
    if (bucket.left < 1) return Math.ceil((1 - bucket.left) / this.#options.perSecond);
    bucket.left--;
    return 0;
  }

  /** Seconds until there is one to take; 0 when there is. */
  wait(client: string, now: number): number {
    const { left } = this.#refill(client, now);
    return left < 1 ? Math.ceil((1 - left) / this.#options.perSecond) : 0;
  }

  #refill(client: string, now: number): { left: number; at: number } {
    const { burst, perSecond } = this.#options;
    const known = this.#buckets.get(client) ?? { left: burst, at: now };
    const left = Math.min(burst, known.left + (Math.max(0, now - known.at) / 1000) * perSecond);
    const bucket = { left, at: now };
    // Those that ask are the newest.
    this.#buckets.delete(client);
    this.#buckets.set(client, bucket);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > MAX_CLIENTS && oldest !== undefined) this.#buckets.delete(oldest);
    return bucket;
  }
}
