import type { ArchiveContent, ArchiveEntry } from "../../../../events/results/archives.ts";
import { type PresentedEntry, warningsOfPath } from "./archive-reader.ts";

/** Counts the entries of an archive. */
export class Totals {
  entryCount = 0;
  #files = 0;
  #directories = 0;
  #symlinks = 0;
  #encrypted = 0;
  #unpackedBytes = 0;
  #leadingOut = 0;
  readonly #types = new Map<string, number>();

  /** @param seen what is known once somebody has looked into it */
  add({ kind, encrypted, path }: PresentedEntry, seen: Pick<ArchiveEntry, "size" | "mime">): void {
    this.entryCount++;
    if (kind === "file") this.#files++;
    if (kind === "directory") this.#directories++;
    if (kind === "symlink") this.#symlinks++;
    if (encrypted) this.#encrypted++;
    if (warningsOfPath(path).length > 0) this.#leadingOut++;
    this.#unpackedBytes += seen.size;
    if (seen.mime !== undefined) this.#types.set(seen.mime, (this.#types.get(seen.mime) ?? 0) + 1);
  }

  get leadingOut(): number {
    return this.#leadingOut;
  }

  finish(packedBytes: number): Omit<ArchiveContent, "complete" | "compression" | "entries"> {
    return {
      entryCount: this.entryCount,
      files: this.#files,
      directories: this.#directories,
      symlinks: this.#symlinks,
      encrypted: this.#encrypted,
      unpackedBytes: this.#unpackedBytes,
      ratio: Math.round((this.#unpackedBytes / Math.max(1, packedBytes)) * 100) / 100,
      types: Object.fromEntries(this.#types),
    };
  }
}
