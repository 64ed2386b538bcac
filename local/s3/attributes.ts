import { NotPlayedError } from "../wire/aws-error.ts";
import { arn, type Realm } from "../wire/realm.ts";
import type { BucketConfig, Tag } from "./bucket-config.ts";
import { invalidArgument, S3Error } from "./errors.ts";
import { header, type S3Request } from "./request.ts";

/** What is stored beside an object's bytes and given back with them. */
export interface Attributes {
  /** Content headers, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** User metadata, by lower-case name without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly storageClass: string;
  readonly encryption: {
    readonly algorithm: string;
    readonly kmsKeyId?: string;
    readonly bucketKey?: boolean;
  };
}

const CONTENT_HEADERS = ["cache-control", "content-disposition", "content-language", "expires"];
const STORAGE_CLASSES = [
  "STANDARD",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "REDUCED_REDUNDANCY",
  "GLACIER_IR",
];
/** Classes whose objects cannot simply be read, or live in other kinds of bucket. */
const UNPLAYED_CLASSES = ["GLACIER", "DEEP_ARCHIVE", "EXPRESS_ONEZONE", "OUTPOSTS", "SNOW", "FSX_OPENZFS"];
const MAX_METADATA_BYTES = 2048;

/** Headers that write operations understand, besides `x-amz-meta-*`. */
export const ATTRIBUTE_HEADERS = [
  "x-amz-acl",
  "x-amz-storage-class",
  "x-amz-tagging",
  "x-amz-server-side-encryption",
  "x-amz-server-side-encryption-aws-kms-key-id",
  "x-amz-server-side-encryption-bucket-key-enabled",
];

/** Reads an object's attributes from the headers of a write, with the bucket's encryption as default. */
export function readAttributes(request: S3Request, config: BucketConfig, realm: Realm): Attributes {
  checkAcl(header(request, "x-amz-acl"));
  return {
    ...readDescription(request),
    storageClass: readStorageClass(request),
    encryption: readEncryption(request, config, realm),
  };
}

/** Content headers and user metadata: what a copy with `REPLACE` takes from the request. */
export function readDescription(request: S3Request): Pick<Attributes, "headers" | "metadata"> {
  const headers: Record<string, string> = {
    "content-type": header(request, "content-type") ?? "binary/octet-stream",
  };
  for (const name of CONTENT_HEADERS) {
    const value = header(request, name);
    if (value !== undefined) headers[name] = value;
  }
  const encoding = storedContentEncoding(header(request, "content-encoding"));
  if (encoding !== undefined) headers["content-encoding"] = encoding;
  return { headers, metadata: readMetadata(request) };
}

/** `aws-chunked` belongs to the transfer, the rest of `Content-Encoding` to the object. */
function storedContentEncoding(value: string | undefined): string | undefined {
  const encodings = (value ?? "").split(",").map((encoding) => encoding.trim());
  const own = encodings.filter((encoding) => encoding !== "" && encoding.toLowerCase() !== "aws-chunked");
  return own.length === 0 ? undefined : own.join(",");
}

function readMetadata(request: S3Request): Record<string, string> {
  const metadata: Record<string, string> = {};
  let size = 0;
  for (const [name, value] of Object.entries(request.headers)) {
    if (!name.startsWith("x-amz-meta-")) continue;
    const key = name.slice("x-amz-meta-".length);
    metadata[key] = String(value);
    size += key.length + String(value).length;
  }
  if (size > MAX_METADATA_BYTES) {
    throw new S3Error("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size", {
      members: { Size: size, MaxSizeAllowed: MAX_METADATA_BYTES },
    });
  }
  return metadata;
}

export function readStorageClass(request: S3Request): string {
  const value = header(request, "x-amz-storage-class") ?? "STANDARD";
  if (STORAGE_CLASSES.includes(value)) return value;
  if (UNPLAYED_CLASSES.includes(value)) throw new NotPlayedError(`s3 storage class ${value}`);
  throw new S3Error("InvalidStorageClass", "The storage class you specified is not valid", {
    members: { StorageClassRequested: value },
  });
}

function readEncryption(request: S3Request, config: BucketConfig, realm: Realm): Attributes["encryption"] {
  const stated = header(request, "x-amz-server-side-encryption");
  const keyId = header(request, "x-amz-server-side-encryption-aws-kms-key-id");
  const bucketKey = header(request, "x-amz-server-side-encryption-bucket-key-enabled");
  const algorithm = stated ?? config.encryption.algorithm;
  if (algorithm === "aws:kms:dsse") throw new NotPlayedError("s3 x-amz-server-side-encryption aws:kms:dsse");
  if (algorithm !== "AES256" && algorithm !== "aws:kms") {
    throw new S3Error("InvalidEncryptionAlgorithmError", "The encryption method specified is not supported");
  }
  if (algorithm === "AES256") {
    if (keyId === undefined) return { algorithm };
    throw invalidArgument(
      "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
      "x-amz-server-side-encryption",
      algorithm,
    );
  }
  const kmsKeyId = keyId ?? config.encryption.kmsKeyId ?? arn(realm, "kms", "alias/aws/s3");
  return {
    algorithm,
    kmsKeyId,
    bucketKey: bucketKey === undefined ? config.encryption.bucketKeyEnabled : bucketKey === "true",
  };
}

/** With ACLs off, as in every new bucket, two canned ones say what holds anyway; others are not played. */
export function checkAcl(acl: string | undefined): void {
  if (acl === undefined || acl === "private" || acl === "bucket-owner-full-control") return;
  throw new NotPlayedError(`s3 x-amz-acl ${acl}`);
}

export function encryptionHeaders({ encryption }: Attributes): Record<string, string> {
  return {
    "x-amz-server-side-encryption": encryption.algorithm,
    ...(encryption.kmsKeyId === undefined
      ? {}
      : { "x-amz-server-side-encryption-aws-kms-key-id": encryption.kmsKeyId }),
    ...(encryption.bucketKey ? { "x-amz-server-side-encryption-bucket-key-enabled": "true" } : {}),
  };
}

const MAX_OBJECT_TAGS = 10;

/** Reads `x-amz-tagging`: tags as a URL query. */
export function readTagging(request: S3Request): Tag[] {
  const value = header(request, "x-amz-tagging");
  if (value === undefined) return [];
  return checkTags([...new URLSearchParams(value)].map(([key, tagValue]) => ({ key, value: tagValue })));
}

/** @throws S3Error for more tags, longer ones or other characters than S3 takes */
export function checkTags(tags: readonly Tag[], limit: number = MAX_OBJECT_TAGS): Tag[] {
  if (tags.length > limit) {
    throw new S3Error("BadRequest", `Object tags cannot be greater than ${limit}`);
  }
  const characters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
  for (const { key, value } of tags) {
    if (key === "" || key.length > 128 || !characters.test(key)) {
      throw new S3Error("InvalidTag", "The TagKey you have provided is invalid", {
        members: { TagKey: key },
      });
    }
    if (value.length > 256 || !characters.test(value)) {
      throw new S3Error("InvalidTag", "The TagValue you have provided is invalid", {
        members: { TagKey: key, TagValue: value },
      });
    }
  }
  if (new Set(tags.map((tag) => tag.key)).size !== tags.length) {
    throw new S3Error("InvalidTag", "Cannot provide multiple Tags with the same key");
  }
  return [...tags];
}
