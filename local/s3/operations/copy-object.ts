import {
  ATTRIBUTE_HEADERS,
  type Attributes,
  encryptionHeaders,
  readAttributes,
  readDescription,
  readTagging,
} from "../attributes.ts";
import { type Checksum, checksumElement, DEFAULT_ALGORITHM, parseAlgorithm } from "../checksums.ts";
import { commitVersion, liveVersion } from "../commit-version.ts";
import { checkWrite, readConditions } from "../conditions.ts";
import { COPY_HEADERS, copyBytes, findCopySource } from "../copy-source.ts";
import { invalidArgument, S3Error } from "../errors.ts";
import { versionHeaders } from "../find-version.ts";
import { MAX_SINGLE_UPLOAD_BYTES } from "../incoming-body.ts";
import type { ObjectVersion } from "../object-store.ts";
import { type S3Operation, xmlResponse } from "../operation.ts";
import { bucketOf, header, keyOf, type S3Request } from "../request.ts";
import { xmlDocument } from "../xml.ts";

export const copyObject: S3Operation = {
  name: "CopyObject",
  method: "PUT",
  level: "object",
  headerMarker: "x-amz-copy-source",
  headers: [
    ...COPY_HEADERS,
    ...ATTRIBUTE_HEADERS,
    "x-amz-meta-",
    "x-amz-metadata-directive",
    "x-amz-tagging-directive",
    "x-amz-checksum-algorithm",
  ],
  async run(s3, request) {
    const bucket = bucketOf(request);
    const key = keyOf(request);
    const { config } = s3.buckets.get(bucket);
    const source = findCopySource(s3, request);
    const replaceMetadata = directive(request, "x-amz-metadata-directive") === "REPLACE";
    const replaceTags = directive(request, "x-amz-tagging-directive") === "REPLACE";
    checkSelfCopy(request, source, replaceMetadata);
    if (source.size > MAX_SINGLE_UPLOAD_BYTES) {
      throw new S3Error(
        "InvalidRequest",
        `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_SINGLE_UPLOAD_BYTES}`,
      );
    }
    const own = readAttributes(request, config, s3.realm);
    const attributes: Attributes = {
      ...own,
      ...(replaceMetadata ? readDescription(request) : pickDescription(source)),
    };
    const tags = replaceTags ? readTagging(request) : source.tags;
    // Tags that come along are written to the copy, and read from its source.
    if (!replaceTags && tags.length > 0) {
      request.authorize?.("GetObjectTagging", { ...request, bucket: source.bucket, key: source.key });
      request.authorize?.("PutObjectTagging", request);
    }
    const conditions = readConditions(request);
    checkWrite(conditions, key, liveVersion(s3, bucket, key));

    const wanted = header(request, "x-amz-checksum-algorithm");
    const algorithm =
      wanted === undefined ? (source.checksum?.algorithm ?? DEFAULT_ALGORITHM) : parseAlgorithm(wanted);
    const bytes = await copyBytes(s3, source, algorithm);
    const checksum: Checksum = { algorithm, value: bytes.checksum, type: "FULL_OBJECT" };
    try {
      const { versionId, modified } = commitVersion(
        s3,
        {
          bucket,
          key,
          size: bytes.size,
          etag: bytes.md5,
          attributes,
          tags,
          checksum,
          partCount: null,
          uploadId: null,
        },
        {
          origin: request,
          reason: "CopyObject",
          conditions,
          fill: (content) => s3.parts.put(content, { ...bytes, number: 1, modified: s3.clock.now() }),
        },
      );
      const sourceVersion = versionHeaders(s3, source)["x-amz-version-id"];
      return xmlResponse(
        xmlDocument("CopyObjectResult", {
          LastModified: new Date(modified),
          ETag: `"${bytes.md5}"`,
          ChecksumType: checksum.type,
          [checksumElement(algorithm)]: checksum.value,
        }),
        {
          "x-amz-version-id": versionId,
          "x-amz-copy-source-version-id": sourceVersion,
          ...encryptionHeaders(attributes),
        },
      );
    } catch (error) {
      if (bytes.file !== null) s3.files.remove([bytes.file]);
      throw error;
    }
  },
};

function directive(request: S3Request, name: string): "COPY" | "REPLACE" {
  const value = header(request, name) ?? "COPY";
  if (value === "COPY" || value === "REPLACE") return value;
  throw invalidArgument(`Unknown ${name.replace("x-amz-", "").replace("-", " ")}.`, name, value);
}

function pickDescription({ attributes }: ObjectVersion): Pick<Attributes, "headers" | "metadata"> {
  return { headers: attributes.headers, metadata: attributes.metadata };
}

/** Source: S3 API reference, CopyObject: a copy onto itself must change something. */
function checkSelfCopy(request: S3Request, source: ObjectVersion, replaceMetadata: boolean): void {
  const onto = source.bucket === request.bucket && source.key === request.key && source.isCurrent;
  const changes =
    replaceMetadata ||
    (header(request, "x-amz-storage-class") ?? source.attributes.storageClass) !==
      source.attributes.storageClass ||
    header(request, "x-amz-server-side-encryption") !== undefined;
  if (!onto || changes) return;
  throw new S3Error(
    "InvalidRequest",
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  );
}
