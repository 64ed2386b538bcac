import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import type { Budget } from "../analyzer.ts";

/** How far an entry was written. */
export interface Unpacked {
  readonly bytes: number;
  readonly crc32: number;
  /** Why it did not come to its end. */
  readonly cutOff?: "budget" | { readonly reason: string };
}

/** Writes an entry's content under a name of our own, and takes it from what its archive may still unpack to. */
export async function unpackEntry(
  content: Readable,
  path: string,
  budget: Budget,
  most: number,
): Promise<Unpacked> {
  await using file = await open(path, "wx");
  let bytes = 0;
  let crc = 0;
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      if (bytes + chunk.length > most || chunk.length > budget.bytes)
        return { bytes, crc32: crc, cutOff: "budget" };
      bytes += chunk.length;
      crc = crc32(chunk, crc);
      budget.bytes -= chunk.length;
      await file.write(chunk);
    }
    return { bytes, crc32: crc };
  } catch (error) {
    if (!(error instanceof Error) || isDiskFull(error)) throw error;
    return { bytes, crc32: crc, cutOff: { reason: error.message.slice(0, 200) } };
  } finally {
    content.destroy();
  }
}

function isDiskFull(error: Error): boolean {
  return "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
}
