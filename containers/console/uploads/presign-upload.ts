import type { S3Client } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import type { PreparedUpload, UploadRequest } from "../api/schemas/uploads.ts";
import { Problem } from "../problem.ts";
import { destinationFor, gibibytes, type UploadRules } from "./destination.ts";

/** What S3 takes in one form. Source: Amazon S3 user guide, "Uploading objects". */
export const FORM_MAX_BYTES = 5 * 1024 ** 3;

/** Seconds for which a form may be sent; a transfer that has begun may take longer. */
const FORM_VALID_SECONDS = 15 * 60;

/** @throws Problem 413 for a file that one form cannot carry, 422 for a name that no key or no pipeline takes */
export async function presignUpload(
  s3: S3Client,
  rules: UploadRules,
  { name, size, type }: UploadRequest,
  now: Date,
): Promise<PreparedUpload> {
  const destination = destinationFor(rules, { name, size }, now);
  if (size > FORM_MAX_BYTES) {
    throw new Problem(
      413,
      "size",
      String(size),
      `one form takes at most ${FORM_MAX_BYTES} bytes (${gibibytes(FORM_MAX_BYTES)}); send it in parts`,
    );
  }
  const form = await createPresignedPost(s3, {
    Bucket: destination.bucket,
    Key: destination.key,
    Fields: { "Content-Type": type },
    Conditions: [["content-length-range", size, size]],
    Expires: FORM_VALID_SECONDS,
  });
  const expiresAt = new Date(now.getTime() + FORM_VALID_SECONDS * 1000).toISOString();
  return { ...destination, expiresAt, form };
}

/** The origin at which browsers reach a bucket. */
export async function originOf(s3: S3Client, bucket: string): Promise<string> {
  const { url } = await createPresignedPost(s3, { Bucket: bucket, Key: "origin", Expires: 1 });
  return new URL(url).origin;
}
