import { z } from "@hono/zod-openapi";
import { instant } from "./common.ts";

const size = z.int("a whole number of bytes").nonnegative("not less than 0 bytes");
const type = z
  .string()
  .regex(/^[\w.+-]{1,63}\/[\w.+-]{1,63}$/, "a media type such as text/csv")
  .default("application/octet-stream");

/** What a client says of a file before it sends it. */
export const uploadRequest = z
  .strictObject({
    /** The file's name, or its path within a dropped folder with `/` between its parts. */
    name: z.string(),
    /** Bytes. */
    size,
    type,
  })
  .openapi("UploadRequest");
export type UploadRequest = z.output<typeof uploadRequest>;

const destination = {
  bucket: z.string(),
  /** Chosen by the console; the job of the upload has it. */
  key: z.string(),
  pipeline: z.string(),
  lane: z.enum(["pooled", "dedicated"]),
};

/** A form that puts exactly this file at exactly this key, and the pipeline that will take it from there. */
export const preparedUpload = z
  .strictObject({
    ...destination,
    /** Until when the form may be sent; a transfer that has begun may take longer. */
    expiresAt: instant,
    /** Sent as multipart/form-data: all fields in this order, then the file as `file`. */
    form: z.strictObject({ url: z.url(), fields: z.record(z.string(), z.string()) }),
  })
  .openapi("PreparedUpload");
export type PreparedUpload = z.output<typeof preparedUpload>;

export const multipartRequest = z
  .strictObject({
    name: z.string(),
    /** Bytes. */
    size,
    type,
    /** The file's own, in milliseconds since the epoch: with name and size it tells the file again to resume it. */
    lastModified: z.int().nonnegative().optional(),
  })
  .openapi("MultipartRequest");
export type MultipartRequest = z.output<typeof multipartRequest>;

export const multipartId = z.string().regex(/^[0-9a-f]{32}$/, "it has 32 hexadecimal digits, lower case");

/** An upload in parts. All parts but the last have `partSize` bytes; part 1 starts at byte 0. */
export const multipartUpload = z
  .strictObject({
    id: multipartId,
    ...destination,
    name: z.string(),
    size: z.int(),
    lastModified: z.int().optional(),
    partSize: z.int().positive(),
    partCount: z.int().positive(),
    startedAt: instant,
    /** When S3 forgets the parts. */
    expiresAt: instant,
  })
  .openapi("MultipartUpload");
export type MultipartUpload = z.output<typeof multipartUpload>;

/** With the parts that S3 has, so that only the others are sent. */
export const multipartState = z
  .strictObject({
    upload: multipartUpload,
    parts: z.array(z.strictObject({ part: z.int().positive(), size: z.int() })),
  })
  .openapi("MultipartState");
export type MultipartState = z.output<typeof multipartState>;

export const multipartList = z.strictObject({ uploads: z.array(multipartUpload) }).openapi("MultipartList");

export const partsRequest = z.strictObject({
  /** Numbers of parts, from 1. */
  parts: z.array(z.int().positive()).min(1).max(100),
});

/** Where each part is sent: `PUT` with exactly the part's bytes. */
export const partLinks = z
  .strictObject({
    parts: z.array(z.strictObject({ part: z.int().positive(), size: z.int().positive(), url: z.url() })),
    expiresAt: instant,
  })
  .openapi("PartLinks");
export type PartLinks = z.output<typeof partLinks>;

export const completedUpload = z
  .strictObject({ bucket: z.string(), key: z.string(), versionId: z.string().optional() })
  .openapi("CompletedUpload");
export type CompletedUpload = z.output<typeof completedUpload>;
