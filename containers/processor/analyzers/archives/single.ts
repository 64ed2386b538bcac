import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { decompressor } from "../../compression.ts";
import type { FileToAnalyze } from "../analyzer.ts";
import { LONGEST_PATH, type PresentedEntry } from "./archive-reader.ts";

/** The one file within gzip or Zstandard, under the name that the object's own suggests. */
export async function* singleEntry({
  path,
  key,
  sizeBytes,
  type,
}: FileToAnalyze): AsyncGenerator<PresentedEntry> {
  const name = key.slice(key.lastIndexOf("/") + 1).replace(/\.(gz|zst|zstd)$/i, "");
  const { compression = "gzip" } = type;
  yield {
    path: (name || "content").slice(0, LONGEST_PATH),
    kind: "file",
    // Neither format says it in a way to rely on.
    size: 0,
    compressedSize: sizeBytes,
    encrypted: false,
    warnings: [],
    open: () => Promise.resolve(pipeline(createReadStream(path), decompressor(compression), () => {})),
  };
}
