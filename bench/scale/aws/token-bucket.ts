/** A limit of so many a second, with so many at once after a quiet time. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #at = 0;

  constructor({ perSecond, burst }: { readonly perSecond: number; readonly burst: number }) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
  }

  /** Takes up to `wanted` whole tokens. @returns how many there were */
  take(now: number, wanted: number): number {
    this.#refill(now);
    const taken = Math.min(wanted, Math.floor(this.#tokens + 1e-9));
    this.#tokens -= taken;
    return taken;
  }

  #refill(now: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#at) * this.#perSecond);
    this.#at = now;
  }
}
