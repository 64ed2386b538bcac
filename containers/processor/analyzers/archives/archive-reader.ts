import type { Readable } from "node:stream";
import type { ArchiveEntry } from "../../../../events/results/archives.ts";

/** An entry as its archive presents it, before anybody has looked into it. */
export interface PresentedEntry extends Pick<ArchiveEntry, "path" | "kind" | "size" | "compressedSize"> {
  readonly encrypted: boolean;
  /** Its content, unless it has none that can be read. To be opened before the next entry is asked for, or not at all. */
  readonly open?: () => Promise<Readable>;
  /** Of the content, where the archive says it. */
  readonly crc32?: number;
  readonly warnings: readonly string[];
}

/** Longer names are cut. */
export const LONGEST_PATH = 500;

/** What a name would do to somebody who unpacked the archive carelessly; nothing is ever written under it here. */
export function warningsOfPath(path: string): string[] {
  const parts = path.split(/[/\\]/);
  const warnings: string[] = [];
  if (parts.includes("..") || /^([/\\]|[A-Za-z]:)/.test(path)) {
    warnings.push("Its name leads out of the folder that the archive is unpacked into");
  }
  if (path.includes("\0")) warnings.push("Its name contains NUL");
  return warnings;
}
