import type { IncomingHttpHeaders } from "node:http";
import type { Realm } from "../../wire/realm.ts";
import {
  type ActionMapping,
  type ActionMappings,
  on,
  type RequirementContext,
  type ResourceFacts,
} from "./requirement.ts";

/** The part of an S3 request that its permissions depend on. */
export interface S3Call {
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  readonly query: URLSearchParams;
  /** As the operation sees them: of presigned URLs and forms too. */
  readonly headers: IncomingHttpHeaders;
}

type S3Mapping = (call: S3Call) => ReturnType<ActionMapping>;

const bucketArn = ({ bucket = "" }: S3Call) => `arn:aws:s3:::${bucket}`;
const objectArn = ({ bucket = "", key = "" }: S3Call) => `arn:aws:s3:::${bucket}/${key}`;
const header = ({ headers }: S3Call, name: string) => headers[name]?.toString();

const WRITE_KEYS = [
  "x-amz-acl",
  "x-amz-copy-source",
  "x-amz-metadata-directive",
  "x-amz-server-side-encryption",
  "x-amz-server-side-encryption-aws-kms-key-id",
  "x-amz-storage-class",
  "x-amz-website-redirect-location",
];

function objectContext(call: S3Call): RequirementContext {
  const given = WRITE_KEYS.map((name) => [`s3:${name}`, header(call, name)] as const);
  return {
    "s3:versionid": call.query.get("versionId") ?? undefined,
    "s3:if-match": header(call, "if-match"),
    "s3:if-none-match": header(call, "if-none-match"),
    ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
    ...objectTags(call),
  };
}

function objectTags(call: S3Call): RequirementContext {
  const tagging = header(call, "x-amz-tagging");
  if (tagging === undefined) return {};
  const tags = [...new URLSearchParams(tagging)];
  return {
    ...Object.fromEntries(tags.map(([key, value]) => [`s3:RequestObjectTag/${key}`, value])),
    "s3:RequestObjectTagKeys": tags.map(([key]) => key),
  };
}

/** @param versionAction the action where the call names a version */
const onObject =
  (action: string, versionAction = action): S3Mapping =>
  (call) =>
    on(`s3:${call.query.has("versionId") ? versionAction : action}`, objectArn(call), objectContext(call));

const onBucket =
  (action: string): S3Mapping =>
  (call) =>
    on(`s3:${action}`, bucketArn(call));

const list =
  (action: string): S3Mapping =>
  (call) => {
    const { query } = call;
    return on(`s3:${action}`, bucketArn(call), {
      // Listing without a prefix is listing the prefix "".
      "s3:prefix": query.get("prefix") ?? "",
      "s3:delimiter": query.get("delimiter") ?? undefined,
      "s3:max-keys": query.get("max-keys") ?? undefined,
    });
  };

/** A write, with the rights that its headers need besides. (S3 API reference, PutObject, "Permissions") */
const write: S3Mapping = (call) => [
  ...on("s3:PutObject", objectArn(call), objectContext(call)),
  ...(header(call, "x-amz-tagging") ? on("s3:PutObjectTagging", objectArn(call), objectContext(call)) : []),
  ...(header(call, "x-amz-acl") ? on("s3:PutObjectAcl", objectArn(call), objectContext(call)) : []),
  ...ifMatch(call),
];

/** A copy reads what `x-amz-copy-source` names and writes its own key. */
const copy: S3Mapping = (call) => [...write(call), ...readSource(call)];

function readSource(call: S3Call) {
  const text = header(call, "x-amz-copy-source") ?? "";
  const [, bucket = "", key = "", versionId] =
    /^\/?([^/]+)\/(.+?)(?:\?versionId=([^?]*))?$/s.exec(text) ?? [];
  const source = { ...call, bucket: decode(bucket), key: decode(key) };
  return on(`s3:${versionId === undefined ? "GetObject" : "GetObjectVersion"}`, objectArn(source), {
    "s3:versionid": versionId,
  });
}

/** Text that cannot be decoded is refused by the operation; nobody's ARN is asked about. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return "";
  }
}

/** "If-Match" with an ETag tells whether the object is as the caller thinks, which is a read of it. */
const ifMatch: S3Mapping = (call) => {
  const wanted = header(call, "if-match");
  return wanted === undefined || wanted === "*" ? [] : on("s3:GetObject", objectArn(call));
};

const deleteObject: S3Mapping = (call) => [
  ...onObject("DeleteObject", "DeleteObjectVersion")(call),
  ...ifMatch(call),
];

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
const mappings: Readonly<Record<string, S3Mapping>> = {
  AbortMultipartUpload: onObject("AbortMultipartUpload"),
  CompleteMultipartUpload: write,
  CopyObject: copy,
  CreateBucket: onBucket("CreateBucket"),
  CreateMultipartUpload: write,
  DeleteBucket: onBucket("DeleteBucket"),
  DeleteBucketCors: onBucket("PutBucketCORS"),
  DeleteBucketPolicy: onBucket("DeleteBucketPolicy"),
  DeleteBucketTagging: onBucket("PutBucketTagging"),
  DeleteObject: deleteObject,
  DeleteObjectTagging: onObject("DeleteObjectTagging", "DeleteObjectVersionTagging"),
  // Each key is a DeleteObject of its own, refused by itself; the call around them needs nothing.
  DeleteObjects: () => [],
  GetBucketCors: onBucket("GetBucketCORS"),
  GetBucketEncryption: onBucket("GetEncryptionConfiguration"),
  GetBucketLifecycleConfiguration: onBucket("GetLifecycleConfiguration"),
  GetBucketLocation: onBucket("GetBucketLocation"),
  GetBucketNotificationConfiguration: onBucket("GetBucketNotification"),
  GetBucketOwnershipControls: onBucket("GetBucketOwnershipControls"),
  GetBucketPolicy: onBucket("GetBucketPolicy"),
  GetBucketTagging: onBucket("GetBucketTagging"),
  GetBucketVersioning: onBucket("GetBucketVersioning"),
  GetObject: onObject("GetObject", "GetObjectVersion"),
  GetObjectAttributes: (call) => [
    ...onObject("GetObject", "GetObjectVersion")(call),
    ...onObject("GetObjectAttributes", "GetObjectVersionAttributes")(call),
  ],
  GetObjectTagging: onObject("GetObjectTagging", "GetObjectVersionTagging"),
  GetPublicAccessBlock: onBucket("GetBucketPublicAccessBlock"),
  HeadBucket: onBucket("ListBucket"),
  HeadObject: onObject("GetObject", "GetObjectVersion"),
  ListBuckets: () => on("s3:ListAllMyBuckets", "*"),
  ListMultipartUploads: onBucket("ListBucketMultipartUploads"),
  ListObjectVersions: list("ListBucketVersions"),
  ListObjects: list("ListBucket"),
  ListObjectsV2: list("ListBucket"),
  ListParts: onObject("ListMultipartUploadParts"),
  PostObject: write,
  PutBucketCors: onBucket("PutBucketCORS"),
  PutBucketNotificationConfiguration: onBucket("PutBucketNotification"),
  PutBucketPolicy: onBucket("PutBucketPolicy"),
  PutBucketTagging: onBucket("PutBucketTagging"),
  PutBucketVersioning: onBucket("PutBucketVersioning"),
  PutObject: write,
  PutObjectTagging: onObject("PutObjectTagging", "PutObjectVersionTagging"),
  UploadPart: write,
  UploadPartCopy: copy,
};
export const s3Actions: ActionMappings = Object.fromEntries(
  Object.entries(mappings).map(([operation, mapping]) => [
    operation,
    (call: S3Call, { realm }: ResourceFacts) => {
      const common = commonContext(call, realm);
      return mapping(call).map((one) => ({ ...one, context: { ...common, ...one.context } }));
    },
  ]),
);

/** Condition keys of every S3 call. TLS as on AWS: `aws:SecureTransport` is true here for the same reason. */
function commonContext(call: S3Call, realm: Realm): RequirementContext {
  const isForm = header(call, "content-type")?.startsWith("multipart/form-data") ?? false;
  const isPresigned = call.query.has("X-Amz-Signature");
  return {
    "s3:ResourceAccount": realm.accountId,
    "s3:TlsVersion": "1.3",
    "s3:authType": isForm ? "POST" : isPresigned ? "REST-QUERY-STRING" : "REST-HEADER",
    "s3:signatureversion": "AWS4-HMAC-SHA256",
    "s3:x-amz-content-sha256": header(call, "x-amz-content-sha256"),
  };
}
