import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open, statfs, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { GetObjectCommandOutput, S3Client } from "@aws-sdk/client-s3";
import type { JobRequest } from "../../events/jobs/job-request.ts";
import type { KeptRanges } from "./checkpoint/kept-ranges.ts";
import { JobError } from "./job-error.ts";
import { inOrder } from "./ordered-window.ts";
import { readObject } from "./read-object.ts";

/** Objects up to this many bytes are held in memory on their way to the disk. */
const WHOLE_UP_TO_BYTES = 1024 * 1024;
/** Objects of more bytes than this are read in ranges, several at once. */
const RANGES_ABOVE_BYTES = 64 * 1024 * 1024;
const RANGE_BYTES = 16 * 1024 * 1024;
const RANGES_AT_ONCE = 4;

/** An object of S3, on disk. */
export interface StagedObject {
  readonly path: string;
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Of an object whose ranges are kept: how many were read now, and how many an earlier attempt had read. */
  readonly work?: { readonly rangesRead: number; readonly rangesResumed: number };
}

type ObjectToStage = JobRequest["object"];

/**
 * Reads an object once: hashed, checked and written to `path` on the way.
 * @param onShare is told how much of it has come, from 0 to 1
 * @param kept where the ranges of a large object survive this attempt
 * @throws JobError when the object is gone, has changed since its event, may not be read, or the disk is full
 */
export async function stageObject(
  s3: S3Client,
  object: ObjectToStage,
  path: string,
  onShare: (share: number) => void = () => {},
  kept?: KeptRanges,
): Promise<StagedObject> {
  const sink = new CheckedSink(object, onShare);
  let work: StagedObject["work"];
  try {
    if (object.size > RANGES_ABOVE_BYTES) work = await readRanges(s3, object, path, sink, kept);
    else await readWhole(s3, object, path, sink);
  } catch (error) {
    throw await asStagingError(error, object, path);
  }
  return { path, sizeBytes: object.size, sha256: sink.finish(), ...(kept && work && { work }) };
}

async function readWhole(
  s3: S3Client,
  object: ObjectToStage,
  path: string,
  sink: CheckedSink,
): Promise<void> {
  const chunks = readObject(s3, object, undefined, (answer) => sink.heedEncryption(answer));
  if (object.size <= WHOLE_UP_TO_BYTES) {
    const held: Uint8Array[] = [];
    for await (const chunk of chunks) {
      sink.add(chunk);
      held.push(chunk);
    }
    await writeFile(path, held.length === 1 && held[0] ? held[0] : Buffer.concat(held), { flag: "wx" });
    return;
  }
  await using file = await open(path, "wx");
  for await (const chunk of chunks) {
    sink.add(chunk);
    await file.writeFile(chunk);
  }
}

/** The memory of a range that is written serves a later one: allocating it anew would cost more than the hash. */
async function readRanges(
  s3: S3Client,
  object: ObjectToStage,
  path: string,
  sink: CheckedSink,
  kept: KeptRanges | undefined,
): Promise<{ rangesRead: number; rangesResumed: number }> {
  const work = { rangesRead: 0, rangesResumed: 0 };
  await using file: FileHandle = await open(path, "wx");
  const starts = Array.from(
    { length: Math.ceil(object.size / RANGE_BYTES) },
    (_, index) => index * RANGE_BYTES,
  );
  const idle: Buffer[] = [];
  const readRange = async (start: number) => {
    const length = Math.min(RANGE_BYTES, object.size - start);
    const earlier = await kept?.read(start, length);
    if (earlier) {
      work.rangesResumed++;
      return { start, buffer: undefined, bytes: earlier };
    }
    const buffer = idle.pop() ?? Buffer.allocUnsafeSlow(RANGE_BYTES);
    let filled = 0;
    const range = { start, end: start + length - 1 };
    for await (const chunk of readObject(s3, object, range, (answer) => sink.heedEncryption(answer))) {
      if (filled + chunk.length > length) throw sink.tooMuch();
      buffer.set(chunk, filled);
      filled += chunk.length;
    }
    const bytes = buffer.subarray(0, filled);
    work.rangesRead++;
    await kept?.keep(start, bytes);
    return { start, buffer, bytes };
  };
  for await (const { start, buffer, bytes } of inOrder(starts, RANGES_AT_ONCE, readRange)) {
    const written = writeAll(file, bytes, start);
    try {
      sink.add(bytes); // Hashed while it is written.
    } finally {
      await written;
    }
    if (buffer) idle.push(buffer);
  }
  return work;
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += (await file.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
  }
}

/** Hashes what goes by, and checks it against what the event said of the object. */
class CheckedSink {
  readonly #object: ObjectToStage;
  readonly #onShare: (share: number) => void;
  readonly #sha256: Hash = createHash("sha256");
  readonly #md5: Hash | undefined;
  #etagIsMd5 = true;
  #bytes = 0;

  constructor(object: ObjectToStage, onShare: (share: number) => void) {
    this.#object = object;
    this.#onShare = onShare;
    this.#md5 = /^[0-9a-f]{32}$/.test(object.etag) ? createHash("md5") : undefined;
  }

  /**
   * The ETag is no MD5 of the content under SSE-KMS and SSE-C, however much it looks like one.
   * Source: Amazon S3 API reference, "Object", member ETag.
   */
  heedEncryption(answer: GetObjectCommandOutput): void {
    if (answer.ServerSideEncryption?.startsWith("aws:") || answer.SSECustomerAlgorithm !== undefined) {
      this.#etagIsMd5 = false;
    }
  }

  add(bytes: Uint8Array): void {
    this.#bytes += bytes.byteLength;
    if (this.#bytes > this.#object.size) throw this.tooMuch();
    this.#sha256.update(bytes);
    this.#md5?.update(bytes);
    this.#onShare(this.#bytes / Math.max(1, this.#object.size));
  }

  /** The SHA-256 in hexadecimal digits. */
  finish(): string {
    if (this.#bytes < this.#object.size) throw this.#otherSize(`${this.#bytes} instead of`);
    const md5 = this.#md5?.digest("hex");
    if (md5 !== undefined && this.#etagIsMd5 && md5 !== this.#object.etag) {
      throw new JobError(
        "object-changed",
        `${name(this.#object)} does not have the content of its ETag ${this.#object.etag}; what arrived has MD5 ${md5}`,
        { retriable: true },
      );
    }
    return this.#sha256.digest("hex");
  }

  tooMuch(): JobError {
    return this.#otherSize("more than");
  }

  #otherSize(got: string): JobError {
    return new JobError(
      "object-changed",
      `${name(this.#object)} came with ${got} the ${this.#object.size} bytes that its event names`,
      { retriable: true },
    );
  }
}

/** A changed object is retriable: by then its newer version's job has mostly taken this one's place. */
async function asStagingError(error: unknown, object: ObjectToStage, path: string): Promise<unknown> {
  if (!(error instanceof Error) || error instanceof JobError) return error;
  const code = "code" in error ? error.code : undefined;
  if (code === "ENOSPC" || code === "EDQUOT") {
    const folder = dirname(path);
    const { bavail, bsize } = await statfs(folder);
    return new JobError(
      "disk-full",
      `${folder} is full: ${name(object)} has ${object.size} bytes, and ${bavail * bsize} are free. Raise the pipeline's ephemeralStorageGiB for this size`,
      { cause: error },
    );
  }
  switch (error.name) {
    case "NoSuchKey":
    case "NoSuchVersion":
    case "NoSuchBucket":
    case "MethodNotAllowed": // The version is a delete marker.
      return new JobError("object-gone", `${name(object)} was deleted before it could be read`, {
        cause: error,
      });
    case "PreconditionFailed":
      return new JobError("object-changed", `${name(object)} was overwritten after ETag ${object.etag}`, {
        retriable: true,
        cause: error,
      });
    case "AccessDenied":
    case "InvalidObjectState": // Archived: it would have to be restored first.
      return new JobError("configuration", `${name(object)} may not be read: ${error.message}`, {
        cause: error,
      });
    default:
      return error;
  }
}

function name({ bucket, key, versionId }: ObjectToStage): string {
  return `s3://${bucket}/${key}${versionId === undefined ? "" : ` (version ${versionId})`}`;
}
