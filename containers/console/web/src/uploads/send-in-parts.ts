import type { MultipartState, MultipartUpload } from "../../../api/schemas/uploads.ts";
import { api } from "../api/client.ts";
import { withPatience } from "./patience.ts";
import { sendBytes } from "./send-bytes.ts";
import { mediaType, type Told } from "./send-file.ts";
import type { Upload } from "./upload.ts";

const PARTS_AT_ONCE = 3;

/** Sends what S3 does not have yet of a file, part by part, and makes the object of them. */
export async function sendInParts(upload: Upload, told: Told): Promise<void> {
  const { file, abort } = upload;
  const patience = { signal: abort.signal, onPause: told.onPause };
  const state = await withPatience(() => begun(upload), patience);
  const { id, partSize } = state.upload;
  told.onDestination(state.upload);
  const there = new Map(state.parts.map(({ part, size }) => [part, size]));
  const missing = partNumbers(state.upload).filter((part) => !there.has(part));
  const moving = new Map<number, number>();
  const say = () => told.onProgress(sum(there.values()) + sum(moving.values()));
  say();
  if (there.size > 0) told.onResume(sum(there.values()));

  const sendPart = async (part: number) => {
    const { parts } = await api.signParts(id, [part], abort.signal);
    const link = parts[0];
    if (!link) throw new Error(`The console signed no link for part ${part}.`);
    const start = (part - 1) * partSize;
    const onProgress = (bytes: number) => {
      moving.set(part, Math.min(bytes, link.size));
      say();
    };
    try {
      await sendBytes({
        method: "PUT",
        url: link.url,
        body: file.slice(start, start + link.size),
        onProgress,
        signal: abort.signal,
      });
      there.set(part, link.size);
    } finally {
      moving.delete(part);
      say();
    }
  };
  const lane = async () => {
    for (let part = missing.shift(); part !== undefined; part = missing.shift()) {
      const next = part;
      await withPatience(() => sendPart(next), patience);
    }
  };
  await Promise.all(Array.from({ length: PARTS_AT_ONCE }, lane));
  await withPatience(() => api.completeMultipart(id, abort.signal), patience);
}

/** An unfinished upload of the same file, with the parts that S3 has of it; else a new one. */
async function begun({ file, name, abort }: Upload): Promise<MultipartState> {
  const { uploads } = await api.listMultipart();
  const same = uploads.find((other) => isSameFile(other, name, file));
  if (same) return api.readMultipart(same.id, abort.signal);
  const body = { name, size: file.size, lastModified: file.lastModified, ...mediaType(file) };
  return { upload: await api.createMultipart(body, abort.signal), parts: [] };
}

export function isSameFile(
  other: Pick<MultipartUpload, "name" | "size" | "lastModified">,
  name: string,
  file: Pick<File, "size" | "lastModified">,
): boolean {
  return other.name === name && other.size === file.size && other.lastModified === file.lastModified;
}

function partNumbers({ partCount }: MultipartUpload): number[] {
  return Array.from({ length: partCount }, (_, index) => index + 1);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
