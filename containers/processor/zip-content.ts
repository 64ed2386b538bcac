import { pipeline, type Readable } from "node:stream";
import { createInflateRaw } from "node:zlib";
import type { Entry, ZipFile } from "yauzl";

const STORED = 0;
const DEFLATED = 8;

/** Whether `openZipEntry` can read an entry. */
export function isReadable(entry: Entry): boolean {
  const { compressionMethod } = entry;
  return !entry.isEncrypted() && (compressionMethod === STORED || compressionMethod === DEFLATED);
}

/**
 * The content of an entry. Inflated here: yauzl tells of damage by an event that its stream does not remember, so that
 * whoever begins to read a moment later would wait for ever.
 */
export async function openZipEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  if (entry.compressionMethod === STORED) return zip.openReadStreamPromise(entry);
  const packed = await zip.openReadStreamPromise(entry, { decodeFileData: false });
  return pipeline(packed, createInflateRaw(), () => {});
}
