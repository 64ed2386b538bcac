/** Weight of the newest duration in the average. */
const NEWEST = 0.1;
/** Messages worth this much work wait in the worker, so that it is never idle between two receives. */
const AHEAD_MS = 1_000;
/** As many as one ReceiveMessage returns. */
const MOST = 10;

/** How many messages to hold beyond those in work: many when jobs are quick, one when each takes long. */
export class Prefetch {
  readonly #concurrency: number;
  #averageMs: number | undefined;

  constructor(concurrency: number) {
    this.#concurrency = concurrency;
  }

  finished(durationMs: number): void {
    this.#averageMs = this.#averageMs ?? durationMs;
    this.#averageMs += NEWEST * (durationMs - this.#averageMs);
  }

  get messages(): number {
    if (this.#averageMs === undefined) return 1;
    const ahead = Math.round((this.#concurrency * AHEAD_MS) / Math.max(1, this.#averageMs));
    return Math.min(MOST, Math.max(1, ahead));
  }
}
