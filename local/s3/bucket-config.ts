import { z } from "zod";
import type { XmlValue } from "./xml.ts";

const corsRule = z.strictObject({
  id: z.string().max(255).optional(),
  allowedOrigins: z.array(z.string()).min(1),
  allowedMethods: z.array(z.enum(["GET", "PUT", "HEAD", "POST", "DELETE"])).min(1),
  allowedHeaders: z.array(z.string()).default([]),
  exposeHeaders: z.array(z.string()).default([]),
  maxAgeSeconds: z.int().nonnegative().optional(),
});
export type CorsRule = z.output<typeof corsRule>;

const encryption = z.strictObject({
  algorithm: z.enum(["AES256", "aws:kms"]),
  /** Key ARN or id; only with aws:kms. */
  kmsKeyId: z.string().optional(),
  bucketKeyEnabled: z.boolean().default(false),
});

const publicAccessBlock = z.strictObject({
  blockPublicAcls: z.boolean(),
  ignorePublicAcls: z.boolean(),
  blockPublicPolicy: z.boolean(),
  restrictPublicBuckets: z.boolean(),
});

const tag = z.strictObject({ key: z.string().min(1).max(128), value: z.string().max(256) });
export type Tag = z.output<typeof tag>;

/** What a bucket is configured to; the defaults are those of a new bucket since April 2023. */
export const bucketConfigSchema = z.strictObject({
  versioning: z.enum(["Enabled", "Suspended"]).optional(),
  /** Whether object events go to EventBridge. */
  eventBridge: z.boolean().default(false),
  cors: z.array(corsRule).max(100).optional(),
  /** The bucket policy, as JSON text; who may do what is decided by the endpoint, not here. */
  policy: z.string().max(20_480).optional(),
  /** The lifecycle's rules in S3's own element names, returned as given; no object expires locally. */
  lifecycle: z.array(z.custom<{ readonly [name: string]: XmlValue }>(isElement)).optional(),
  encryption: encryption.default({ algorithm: "AES256", bucketKeyEnabled: false }),
  /** Null: removed. */
  publicAccessBlock: publicAccessBlock.nullable().default({
    blockPublicAcls: true,
    ignorePublicAcls: true,
    blockPublicPolicy: true,
    restrictPublicBuckets: true,
  }),
  ownership: z
    .enum(["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"])
    .default("BucketOwnerEnforced"),
  tags: z.array(tag).max(50).optional(),
});

export type BucketConfig = z.output<typeof bucketConfigSchema>;
type BucketConfigInput = z.input<typeof bucketConfigSchema>;

/** Settings to change: what is absent stays, `undefined` goes back to the default. */
export type BucketSettings = {
  readonly [Name in keyof BucketConfigInput]?: BucketConfigInput[Name] | undefined;
};

function isElement(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
