const SAMPLE_EVERY_MS = 100;

/** Watches the resident memory of this process while something runs. */
export class PeakMemory implements Disposable {
  #peakBytes = process.memoryUsage.rss();
  readonly #timer: NodeJS.Timeout;

  /** @param onSample is told the resident bytes at each look */
  constructor(onSample?: (rssBytes: number) => void) {
    this.#timer = setInterval(() => onSample?.(this.#sample()), SAMPLE_EVERY_MS);
    this.#timer.unref();
  }

  /** Bytes at the worst moment seen. */
  get bytes(): number {
    this.#sample();
    return this.#peakBytes;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #sample(): number {
    const rss = process.memoryUsage.rss();
    if (rss > this.#peakBytes) this.#peakBytes = rss;
    return rss;
  }
}
