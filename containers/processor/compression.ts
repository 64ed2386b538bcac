import { createReadStream } from "node:fs";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { JobError } from "../kit/job-error.ts";
import type { Compression } from "./detect.ts";

/** Text rarely compresses better than 1:20; a bomb does so 1:1000. */
const MOST_TIMES = 200;
/** Small files may be as regular as they like. */
const ALWAYS_ALLOWED_BYTES = 256 * 2 ** 20;

export interface Compressed {
  /** Without compression. */
  readonly bytes: number;
  readonly warnings: readonly string[];
}

/** A stream that decompresses. */
export function decompressor(compression: Compression) {
  return compression === "gzip" ? createGunzip() : createZstdDecompress();
}

/** Bytes that so many compressed ones may become. */
export function mostUncompressedBytes(compressedBytes: number): number {
  return Math.max(ALWAYS_ALLOWED_BYTES, compressedBytes * MOST_TIMES);
}

export function tooLarge(compression: Compression, sizeBytes: number): JobError {
  return new JobError(
    "unreadable",
    `Its ${sizeBytes} bytes of ${compression} hold more than ${mostUncompressedBytes(sizeBytes)} bytes: it looks like a decompression bomb`,
  );
}

/**
 * Reads a compressed file to its end once, because DuckDB notices neither a missing end nor a wrong checksum.
 * @throws JobError when it grows beyond all reason
 */
export async function checkCompression(
  path: string,
  compression: Compression,
  sizeBytes: number,
): Promise<Compressed> {
  const most = mostUncompressedBytes(sizeBytes);
  const file = createReadStream(path);
  const decoder = decompressor(compression);
  let bytes = 0;
  try {
    for await (const chunk of file.pipe(decoder) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > most) throw tooLarge(compression, sizeBytes);
    }
    return { bytes, warnings: [] };
  } catch (error) {
    if (error instanceof JobError || !(error instanceof Error)) throw error;
    return {
      bytes,
      warnings: [
        `The ${compression} data is damaged or cut off after ${bytes} bytes (${error.message}); what came before is described`,
      ],
    };
  } finally {
    file.destroy();
    decoder.destroy();
  }
}
