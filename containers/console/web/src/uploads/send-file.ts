import { api } from "../api/client.ts";
import { withPatience } from "./patience.ts";
import { sendBytes } from "./send-bytes.ts";
import { sendInParts } from "./send-in-parts.ts";
import type { Destination, Upload } from "./upload.ts";

export interface Told {
  readonly onDestination: (destination: Destination) => void;
  /** @param bytes that S3 has */
  readonly onProgress: (bytes: number) => void;
  readonly onPause: (reason: string | undefined) => void;
  /** Parts of an earlier try are there: it goes on after so many bytes. */
  readonly onResume: (bytes: number) => void;
}

/**
 * Sends one file to S3, straight from the browser: by one form, or above `partsAbove` bytes in parts.
 * @throws ApiError, TransferError or the abort's reason when it will not go on by itself
 */
export async function sendFile(upload: Upload, partsAbove: number, told: Told): Promise<void> {
  if (upload.file.size > partsAbove) return sendInParts(upload, told);
  const { file, name, abort } = upload;
  const { signal } = abort;
  // A form that has expired, or whose connection broke, is asked for anew and sent from its beginning.
  await withPatience(
    async () => {
      const prepared = await api.prepareUpload({ name, size: file.size, ...mediaType(file) }, signal);
      told.onDestination(prepared);
      const body = new FormData();
      for (const [field, value] of Object.entries(prepared.form.fields)) body.append(field, value);
      // S3 reads nothing after the file.
      body.append("file", file);
      const onProgress = (bytes: number) => told.onProgress(Math.min(bytes, file.size));
      onProgress(0);
      await sendBytes({ method: "POST", url: prepared.form.url, body, onProgress, signal });
    },
    { signal, onPause: told.onPause },
  );
}

/** Browsers give an empty type, or parameters, for some files. */
export function mediaType({ type }: File): { type?: string } {
  return /^[\w.+-]{1,63}\/[\w.+-]{1,63}$/.test(type) ? { type } : {};
}
