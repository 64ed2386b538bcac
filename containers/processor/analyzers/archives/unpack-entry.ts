import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import type { Budget } from "../analyzer.ts";

/** How far an entry was written. */
export interface Unpacked {
  readonly bytes: number;
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
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      if (bytes + chunk.length > most || chunk.length > budget.bytes) return { bytes, cutOff: "budget" };
      bytes += chunk.length;
      budget.bytes -= chunk.length;
      await file.write(chunk);
    }
    return { bytes };
  } catch (error) {
    if (!(error instanceof Error) || isDiskFull(error)) throw error;
    return { bytes, cutOff: { reason: error.message.slice(0, 200) } };
  } finally {
    content.destroy();
  }
}

function isDiskFull(error: Error): boolean {
  return "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
}
