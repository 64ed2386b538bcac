import type { S3Client } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { z } from "zod";
import type { Lane, Pipeline } from "../../../events/pipeline.ts";
import { laneFor, pipelineForKey } from "../../../events/routing.ts";
import { Problem, shown } from "../problem.ts";
import { objectKeyFor } from "./object-key.ts";

/** What S3 takes in one form. Source: Amazon S3 user guide, "Uploading objects". */
export const MAX_UPLOAD_BYTES = 5 * 1024 ** 3;

/** Seconds for which a form may be sent; a transfer that has begun may take longer. */
const FORM_VALID_SECONDS = 15 * 60;

/** What a client says of a file before it sends it. */
export const uploadRequest = z.strictObject({
  name: z.string(),
  /** Bytes. */
  size: z.int("a whole number of bytes").nonnegative("not less than 0 bytes"),
  type: z
    .string()
    .regex(/^[\w.+-]{1,63}\/[\w.+-]{1,63}$/, "a media type such as text/csv")
    .default("application/octet-stream"),
});
export type UploadRequest = z.output<typeof uploadRequest>;

/** A form that puts exactly this file at exactly this key, and the pipeline that will take it from there. */
export interface PreparedUpload {
  readonly bucket: string;
  readonly key: string;
  readonly pipeline: string;
  readonly lane: Lane;
  /** ISO 8601. */
  readonly expiresAt: string;
  readonly form: { readonly url: string; readonly fields: Readonly<Record<string, string>> };
}

export interface UploadPlace {
  /** Signs for the address at which browsers reach S3. */
  readonly s3: S3Client;
  readonly bucket: string;
  readonly pipelines: readonly Pipeline[];
}

/** @throws Problem 413 for a file that one form cannot carry, 422 for a name that no key or no pipeline takes */
export async function presignUpload(
  { s3, bucket, pipelines }: UploadPlace,
  { name, size, type }: UploadRequest,
  now: Date,
): Promise<PreparedUpload> {
  if (size > MAX_UPLOAD_BYTES) {
    throw new Problem(
      413,
      "size",
      String(size),
      `one upload takes at most ${MAX_UPLOAD_BYTES} bytes (5 GiB)`,
    );
  }
  const key = objectKeyFor(name, now);
  const pipeline = pipelineForKey(pipelines, key);
  if (!pipeline) {
    const endings = pipelines.flatMap(({ suffixes }) => suffixes).join(", ");
    throw new Problem(422, "name", shown(name), `no pipeline takes it; they take ${endings}`);
  }
  const form = await createPresignedPost(s3, {
    Bucket: bucket,
    Key: key,
    Fields: { "Content-Type": type },
    Conditions: [["content-length-range", size, size]],
    Expires: FORM_VALID_SECONDS,
  });
  const expiresAt = new Date(now.getTime() + FORM_VALID_SECONDS * 1000).toISOString();
  return { bucket, key, pipeline: pipeline.name, lane: laneFor(pipeline, size), expiresAt, form };
}

/** The origin to which browsers send uploads. */
export async function uploadOrigin({ s3, bucket }: Pick<UploadPlace, "s3" | "bucket">): Promise<string> {
  const { url } = await createPresignedPost(s3, { Bucket: bucket, Key: "origin", Expires: 1 });
  return new URL(url).origin;
}
