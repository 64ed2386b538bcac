import { type FileHandle, open } from "node:fs/promises";

const MOST_BOXES = 1_000;

/**
 * Seconds, from the movie header of MP4 and QuickTime, which is there whatever the tracks are.
 * Source: ISO/IEC 14496-12, "Movie header box".
 */
export async function movieDuration(path: string): Promise<number | undefined> {
  await using file = await open(path);
  const { size } = await file.stat();
  const movie = await findBox(file, "moov", 0, size);
  const header = movie && (await findBox(file, "mvhd", movie.start, movie.end));
  if (!header) return undefined;
  const { buffer } = await file.read(Buffer.alloc(32), 0, 32, header.start);
  const wide = buffer[0] === 1;
  const timescale = buffer.readUInt32BE(wide ? 20 : 12);
  const duration = wide ? Number(buffer.readBigUInt64BE(24)) : buffer.readUInt32BE(16);
  const unknown = duration === 0xffff_ffff || duration === 0;
  return timescale > 0 && !unknown ? duration / timescale : undefined;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** The content of the first box of a type among its neighbours. */
async function findBox(file: FileHandle, type: string, from: number, to: number): Promise<Range | undefined> {
  const head = Buffer.alloc(16);
  for (let at = from, boxes = 0; at + 8 <= to && boxes < MOST_BOXES; boxes++) {
    const { bytesRead } = await file.read(head, 0, 16, at);
    if (bytesRead < 8) return undefined;
    const short = head.readUInt32BE(0);
    const header = short === 1 ? 16 : 8;
    const length = short === 0 ? to - at : short === 1 ? Number(head.readBigUInt64BE(8)) : short;
    if (length < header) return undefined;
    if (head.toString("latin1", 4, 8) === type) return { start: at + header, end: Math.min(to, at + length) };
    at += length;
  }
  return undefined;
}
