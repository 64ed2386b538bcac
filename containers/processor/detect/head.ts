import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { decompressor } from "../compression.ts";
import type { Compression } from "../detect.ts";

/** Enough for a hundred lines of most tables and for every magic number. */
const HEAD_BYTES = 64 * 1024;

export interface Head {
  /** The first bytes, decompressed where they are compressed. */
  readonly bytes: Uint8Array;
  readonly compression?: Compression;
  /** Whether that is all there is. */
  readonly whole: boolean;
  readonly warnings: readonly string[];
}

export async function readHead(path: string): Promise<Head> {
  await using file = await open(path);
  const buffer = Buffer.alloc(HEAD_BYTES);
  const { bytesRead } = await file.read(buffer, 0, HEAD_BYTES, 0);
  const bytes = buffer.subarray(0, bytesRead);
  const compression = compressionOf(bytes);
  if (!compression) return { bytes, whole: bytesRead < HEAD_BYTES, warnings: [] };
  return { compression, ...(await decompress(bytes, compression, bytesRead < HEAD_BYTES)) };
}

function compressionOf(bytes: Buffer): Compression | undefined {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return "gzip";
  if (bytes.length >= 4 && bytes.readUInt32LE(0) === 0xfd2fb528) return "zstd";
  return undefined;
}

/** Stops at the first 64 KiB, so that a bomb does not go off here. */
async function decompress(compressed: Buffer, compression: Compression, allOfIt: boolean) {
  const decoder = decompressor(compression);
  const chunks: Buffer[] = [];
  let length = 0;
  let ended = false;
  try {
    const source = Readable.from([compressed]);
    for await (const chunk of source.pipe(decoder) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= HEAD_BYTES) break;
    }
    ended = length < HEAD_BYTES;
  } catch {
    // The head mostly ends in the middle of the stream; who reads on will see whether the rest is sound.
    if (allOfIt) return { bytes: Buffer.concat(chunks).subarray(0, HEAD_BYTES), whole: false, warnings: [] };
  } finally {
    decoder.destroy();
  }
  return { bytes: Buffer.concat(chunks).subarray(0, HEAD_BYTES), whole: ended && allOfIt, warnings: [] };
}
