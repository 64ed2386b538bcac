import type { GenericContent } from "../../../../events/results/generic.ts";

const SHORTEST_STRING = 6;
const LONGEST_STRING = 200;
const MOST_STRINGS = 50;

/** What the bytes of a file say without knowing what they mean. */
export class ByteStatistics {
  readonly #counts = new Float64Array(256);
  readonly #strings: string[] = [];
  #stringsSeen = 0;
  /** Printable characters up to here, and the beginning of those of earlier pieces. */
  #run = 0;
  #carried = "";

  add(chunk: Buffer): void {
    // Whole numbers of 32 bits are counted faster, and a piece has fewer bytes than they can hold.
    const counts = new Uint32Array(256);
    let run = this.#run;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      counts[byte] = (counts[byte] as number) + 1;
      if (byte >= 32 && byte <= 126) run++;
      else if (run > 0) {
        if (run >= SHORTEST_STRING) this.#endRun(chunk, run, at);
        this.#carried = "";
        run = 0;
      }
    }
    if (run > 0) this.#carried = this.#beginning(chunk, run, chunk.length);
    this.#run = run;
    for (let byte = 0; byte < 256; byte++)
      this.#counts[byte] = (this.#counts[byte] ?? 0) + (counts[byte] ?? 0);
  }

  finish(): GenericContent {
    if (this.#run >= SHORTEST_STRING) this.#endRun(Buffer.alloc(0), this.#run, 0);
    return {
      entropyBitsPerByte: this.#entropy(),
      printableStrings: { count: this.#stringsSeen, first: this.#strings },
    };
  }

  #entropy(): number {
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    let bits = 0;
    for (const count of this.#counts) {
      if (count > 0) bits -= (count / total) * Math.log2(count / total);
    }
    return Math.max(0, Math.round(bits * 1_000) / 1_000);
  }

  #endRun(chunk: Buffer, run: number, end: number): void {
    this.#stringsSeen++;
    if (this.#strings.length < MOST_STRINGS) this.#strings.push(this.#beginning(chunk, run, end));
  }

  #beginning(chunk: Buffer, run: number, end: number): string {
    const start = Math.max(0, end - run);
    const here = chunk.toString("latin1", start, Math.min(end, start + LONGEST_STRING));
    return (this.#carried + here).slice(0, LONGEST_STRING);
  }
}
