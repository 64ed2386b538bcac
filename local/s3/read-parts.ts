import type { DataFiles } from "./data-files.ts";
import type { PlacedPart } from "./part-store.ts";

/** How much is read at a time, in bytes. */
const READ_BYTES = 256 * 1024;

/** Bytes of an object, ready to be read. */
export interface PartReader {
  readonly chunks: AsyncIterable<Buffer>;
  /** Lets go of the files; to be called once the reading has ended, however it ended. */
  release(): void;
}

/**
 * The bytes `start` to `end` (both included) of an object, part after part.
 * @param parts those that hold any of these bytes, in order
 * Its files are held from the call on, so that they stay when the object is replaced meanwhile.
 * @param buffers `reused`: a chunk is overwritten once the next one is asked for, which spares the garbage
 *   of a large download; `fresh`: chunks may be kept
 */
export function readParts(
  files: DataFiles,
  parts: readonly PlacedPart[],
  start: number,
  end: number,
  buffers: "fresh" | "reused",
): PartReader {
  const slices = slicesOf(parts, start, end);
  const release = files.hold(slices.flatMap(({ part }) => (part.file === null ? [] : [part.file])));
  let kept: Buffer | undefined;
  const allocate = (): Buffer => {
    if (buffers === "fresh") return Buffer.allocUnsafeSlow(READ_BYTES);
    kept ??= Buffer.allocUnsafeSlow(READ_BYTES);
    return kept;
  };
  return { chunks: read(files, slices, allocate), release };
}

interface Slice {
  readonly part: PlacedPart;
  readonly from: number;
  readonly bytes: number;
}

function slicesOf(parts: readonly PlacedPart[], start: number, end: number): Slice[] {
  return parts.map((part) => {
    const from = Math.max(start - part.start, 0);
    const to = Math.min(end - part.start, part.size - 1);
    return { part, from, bytes: to - from + 1 };
  });
}

async function* read(
  files: DataFiles,
  slices: readonly Slice[],
  allocate: () => Buffer,
): AsyncGenerator<Buffer> {
  for (const { part, from, bytes } of slices) {
    if (part.file === null) yield Buffer.from(part.data ?? []).subarray(from, from + bytes);
    else yield* readFile(files, part.file, from, bytes, allocate);
  }
}

async function* readFile(
  files: DataFiles,
  id: string,
  from: number,
  bytes: number,
  allocate: () => Buffer,
): AsyncGenerator<Buffer> {
  const handle = await files.open(id);
  try {
    let position = from;
    let left = bytes;
    while (left > 0) {
      const { bytesRead, buffer } = await handle.read(allocate(), 0, Math.min(READ_BYTES, left), position);
      if (bytesRead === 0) throw new Error(`s3: data file ${id} is shorter than its object`);
      yield buffer.subarray(0, bytesRead);
      position += bytesRead;
      left -= bytesRead;
    }
  } finally {
    await handle.close();
  }
}
