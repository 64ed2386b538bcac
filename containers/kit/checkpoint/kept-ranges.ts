import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";

/**
 * Ranges of one object version that attempts have read, as files of a folder that all its tasks mount. A range has the
 * same bytes whoever reads it, so that attempts may write side by side; one whose bytes are not those of its name is
 * read anew.
 */
export class KeptRanges {
  readonly #folder: string;
  /** File name by the range's start; read once, at the first question. */
  #names: Promise<ReadonlyMap<number, string>> | undefined;
  #kept = false;

  constructor(folder: string) {
    this.#folder = join(folder, "ranges");
  }

  /** Whether there is something to remove. */
  get kept(): boolean {
    return this.#kept;
  }

  /** The bytes of a range, if they were kept whole. @param bytes how many they are */
  async read(start: number, bytes: number): Promise<Uint8Array | undefined> {
    this.#names ??= this.#list();
    const name = (await this.#names).get(start);
    if (name === undefined) return undefined;
    const content = await readFile(join(this.#folder, name)).catch(() => undefined);
    return content?.byteLength === bytes && nameOf(start, content) === name ? content : undefined;
  }

  /** A range that cannot be kept costs the next attempt time and nothing else. */
  async keep(start: number, content: Uint8Array): Promise<void> {
    this.#kept = true;
    const path = join(this.#folder, nameOf(start, content));
    try {
      await mkdir(this.#folder, { recursive: true });
      // Under its name it is whole, also when this process is killed.
      const unfinished = `${path}.${process.pid}.new`;
      await writeFile(unfinished, content);
      await rename(unfinished, path);
    } catch {
      // Read again when it is needed.
    }
  }

  async #list(): Promise<ReadonlyMap<number, string>> {
    const names = await readdir(this.#folder).catch(() => []);
    const whole = names.filter((name) => /^\d+-[0-9a-f]{8}$/.test(name));
    this.#kept ||= whole.length > 0;
    return new Map(whole.map((name) => [Number(name.split("-")[0]), name]));
  }
}

function nameOf(start: number, content: Uint8Array): string {
  return `${start}-${crc32(content).toString(16).padStart(8, "0")}`;
}
