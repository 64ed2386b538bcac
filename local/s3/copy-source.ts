import type { ChecksumAlgorithm } from "./checksums.ts";
import { checkCopySource } from "./conditions.ts";
import { readDigested } from "./digested.ts";
import { invalidArgument } from "./errors.ts";
import { findVersion } from "./find-version.ts";
import type { ObjectVersion } from "./object-store.ts";
import { readParts } from "./read-parts.ts";
import { header, type S3Request } from "./request.ts";
import { type Spooled, spool } from "./spool.ts";
import type { S3State } from "./state.ts";

/** Headers that say what is copied, and on which conditions. */
export const COPY_HEADERS = [
  "x-amz-copy-source-if-match",
  "x-amz-copy-source-if-none-match",
  "x-amz-copy-source-if-modified-since",
  "x-amz-copy-source-if-unmodified-since",
  "x-amz-source-expected-bucket-owner",
];

/**
 * Finds what `x-amz-copy-source` names, and holds it to the conditions on it.
 * @throws S3Error as a read of it would
 */
export function findCopySource(s3: S3State, request: S3Request): ObjectVersion {
  const text = header(request, "x-amz-copy-source") ?? "";
  const match = /^\/?([^/]+)\/(.+?)(?:\?versionId=([^?]*))?$/s.exec(text);
  const [, bucket, key, versionId] = match ?? [];
  if (bucket === undefined || key === undefined) {
    throw invalidArgument(
      "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
      "x-amz-copy-source",
      text,
    );
  }
  const source = findVersion(s3, decode(bucket), decode(key), versionId && decode(versionId));
  checkCopySource(request, source);
  return source;
}

/** S3 decodes the source as a form value, so a plus is a space. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw invalidArgument("Copy Source must be URL-encoded", "x-amz-copy-source", text);
  }
}

/** A copy's bytes, with what they came to. */
export interface CopiedBytes extends Spooled {
  readonly md5: string;
  readonly checksum: string;
}

/**
 * Bytes of an object, once more. The whole of an object that is in one piece costs a hard link (or nothing,
 * when it is small); anything else is read and written through.
 */
export async function copyBytes(
  s3: S3State,
  source: ObjectVersion,
  algorithm: ChecksumAlgorithm,
  range?: { start: number; end: number },
): Promise<CopiedBytes> {
  const { start, end } = range ?? { start: 0, end: source.size - 1 };
  const parts = s3.parts.within(source.content, start, end);
  const [only] = parts;
  const whole = start === 0 && end === source.size - 1;
  const reader = readParts(s3.files, parts, start, end, "fresh");
  try {
    if (only && parts.length === 1 && whole && source.checksum?.algorithm === algorithm) {
      const { size, data, md5, checksum } = only;
      if (only.file === null) return { size, data: Buffer.from(data ?? []), file: null, md5, checksum };
      const file = await s3.files.duplicate(only.file);
      if (file !== undefined) return { size, data: null, file, md5, checksum };
    }
    const digested = readDigested(reader.chunks, algorithm);
    const spooled = await spool(digested.chunks, s3.files);
    return { ...spooled, ...digested.finish() };
  } finally {
    reader.release();
  }
}
