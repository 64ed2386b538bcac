import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, relative, sep } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { UserError } from "./user-error.ts";

/** A file that is now an object. */
export interface UploadedFile {
  readonly path: string;
  readonly bucket: string;
  readonly key: string;
  /** The bucket keeps versions, so that each upload is one. */
  readonly versionId: string;
  /** When the upload was complete, in milliseconds since the epoch. */
  readonly completedAt: number;
}

/** @throws UserError naming a path that is no readable file */
export async function checkFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const found = await stat(path).catch((cause: unknown) => {
      throw new UserError(`Cannot read ${path}: ${cause instanceof Error ? cause.message : cause}`, {
        cause,
      });
    });
    if (!found.isFile()) throw new UserError(`${path} is not a file; name the files to upload`);
  }
}

/** Files under way at once. */
const CONCURRENCY = 4;

/** Told how many bytes of a file have gone up, more than once for each file. */
export type OnUploadProgress = (path: string, loadedBytes: number) => void;

/** Uploads files, each in parts when it is large. */
export async function uploadFiles(
  s3: S3Client,
  bucket: string,
  paths: readonly string[],
  onProgress: OnUploadProgress = () => {},
): Promise<UploadedFile[]> {
  const waiting = [...keysFor(paths)];
  const uploaded: UploadedFile[] = [];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      uploaded.push(await uploadFile(s3, bucket, next, onProgress));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return uploaded;
}

/** A file's key is its name; files of the same name are told apart by their path. */
function keysFor(paths: readonly string[]): { path: string; key: string }[] {
  const names = paths.map((path) => basename(path));
  return paths.map((path, index) => {
    const name = names[index] ?? path;
    const isUnique = names.indexOf(name) === names.lastIndexOf(name);
    return { path, key: isUnique ? name : relative(process.cwd(), path).split(sep).join("/") };
  });
}

async function uploadFile(
  s3: S3Client,
  bucket: string,
  { path, key }: { path: string; key: string },
  onProgress: OnUploadProgress,
): Promise<UploadedFile> {
  const upload = new Upload({
    client: s3,
    params: { Bucket: bucket, Key: key, Body: createReadStream(path) },
  });
  upload.on("httpUploadProgress", ({ loaded = 0 }) => onProgress(path, loaded));
  const { VersionId } = await upload.done();
  if (VersionId === undefined)
    throw new Error(`Bucket ${bucket} keeps no versions, so uploads cannot be told apart`);
  return { path, bucket, key, versionId: VersionId, completedAt: Date.now() };
}
