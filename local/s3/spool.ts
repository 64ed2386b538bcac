import type { DataFiles, FileDraft } from "./data-files.ts";

/** Bytes that have been taken in: in a settled data file or, when small, in memory. */
export interface Spooled {
  readonly size: number;
  readonly file: string | null;
  readonly data: Buffer | null;
}

/** Objects up to this many bytes live in the database: one transaction and no file. */
export const INLINE_BYTES = 64 * 1024;
/** How much is gathered for one write. */
const WRITE_BYTES = 512 * 1024;

/**
 * Takes bytes in as they come, at most two writes' worth in memory at a time.
 * When the source breaks off or the disk is full, nothing is left behind.
 */
export async function spool(source: AsyncIterable<Buffer>, files: DataFiles): Promise<Spooled> {
  let draft: FileDraft | undefined;
  let gathered: Buffer[] = [];
  let gatheredBytes = 0;
  let size = 0;
  let writing: Promise<void> = Promise.resolve();
  try {
    for await (const chunk of source) {
      gathered.push(chunk);
      gatheredBytes += chunk.length;
      size += chunk.length;
      if (gatheredBytes < WRITE_BYTES) continue;
      draft ??= await files.create();
      await writing;
      writing = writeAll(draft, gathered);
      // Whoever awaits `writing` sees the failure; until then it is no unhandled rejection.
      writing.catch(() => undefined);
      gathered = [];
      gatheredBytes = 0;
    }
    if (!draft && size <= INLINE_BYTES) return { size, file: null, data: Buffer.concat(gathered, size) };
    draft ??= await files.create();
    await writing;
    await writeAll(draft, gathered);
    return { size, file: await draft.settle(), data: null };
  } catch (error) {
    await writing.catch(() => undefined);
    await draft?.discard();
    throw error;
  }
}

/** One gathered write; a short one, as on a disk that just filled up, is continued until it ends or fails. */
async function writeAll({ handle }: FileDraft, buffers: readonly Buffer[]): Promise<void> {
  let rest = buffers;
  while (rest.length > 0) {
    const { bytesWritten } = await handle.writev(rest);
    rest = skip(rest, bytesWritten);
  }
}

function skip(buffers: readonly Buffer[], bytes: number): Buffer[] {
  let left = bytes;
  return buffers.flatMap((buffer) => {
    const taken = Math.min(left, buffer.length);
    left -= taken;
    return taken === buffer.length ? [] : [buffer.subarray(taken)];
  });
}
