const SHORTEST_STRING = 6;
const LONGEST_STRING = 200;
const MOST_STRINGS = 50;

/** What the bytes of a file say without knowing what they mean. */
export class ByteStatistics {
  readonly #counts = new Float64Array(256);
  readonly #wantsStrings: boolean;
  readonly #strings: string[] = [];
  #stringsSeen = 0;
  #run: number[] = [];

  /** @param options.strings whether to collect runs of printable ASCII */
  constructor({ strings }: { strings: boolean }) {
    this.#wantsStrings = strings;
  }

  add(chunk: Uint8Array): void {
    const counts = this.#counts;
    for (const byte of chunk) counts[byte] = (counts[byte] ?? 0) + 1;
    if (this.#wantsStrings) for (const byte of chunk) this.#follow(byte);
  }

  finish() {
    this.#endRun();
    const strings = this.#wantsStrings && {
      printableStrings: { count: this.#stringsSeen, first: this.#strings },
    };
    return { entropyBitsPerByte: this.#entropy(), ...strings };
  }

  /** Shannon's, from 0 for one byte repeated to 8 for noise: compressed or encrypted data is near 8. */
  #entropy(): number {
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    let bits = 0;
    for (const count of this.#counts) {
      if (count > 0) bits -= (count / total) * Math.log2(count / total);
    }
    return Math.round(bits * 1_000) / 1_000;
  }

  #follow(byte: number): void {
    if (byte < 32 || byte > 126) this.#endRun();
    else if (this.#run.length < LONGEST_STRING) this.#run.push(byte);
  }

  #endRun(): void {
    if (this.#run.length >= SHORTEST_STRING) {
      this.#stringsSeen++;
      if (this.#strings.length < MOST_STRINGS) this.#strings.push(String.fromCharCode(...this.#run));
    }
    if (this.#run.length > 0) this.#run = [];
  }
}
