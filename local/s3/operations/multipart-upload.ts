import { randomBytes } from "node:crypto";
import { atomically } from "../../database.ts";
import { ATTRIBUTE_HEADERS, encryptionHeaders, readAttributes, readTagging } from "../attributes.ts";
import {
  type ChecksumAlgorithm,
  checksumElement,
  checksumHeader,
  DEFAULT_ALGORITHM,
  multipartChecksumType,
  parseAlgorithm,
} from "../checksums.ts";
import { COPY_HEADERS, copyBytes, findCopySource } from "../copy-source.ts";
import { invalidArgument, noSuchUpload, S3Error } from "../errors.ts";
import { versionHeaders } from "../find-version.ts";
import { openBody } from "../incoming-body.ts";
import { BODY_HEADERS, type S3Operation, xmlResponse } from "../operation.ts";
import { bucketOf, header, keyOf, type S3Request } from "../request.ts";
import type { Spooled } from "../spool.ts";
import type { S3State } from "../state.ts";
import type { Upload } from "../upload-store.ts";
import { withSpooled } from "../with-spooled.ts";
import { xmlDocument } from "../xml.ts";
import { parsePartNumber } from "./get-object.ts";

export const createMultipartUpload: S3Operation = {
  name: "CreateMultipartUpload",
  method: "POST",
  level: "object",
  markers: ["uploads"],
  headers: [...ATTRIBUTE_HEADERS, "x-amz-meta-", "x-amz-checksum-algorithm", "x-amz-checksum-type"],
  run(s3, request) {
    const bucket = bucketOf(request);
    const key = keyOf(request);
    const { config } = s3.buckets.get(bucket);
    const wanted = header(request, "x-amz-checksum-algorithm");
    const wantedType = header(request, "x-amz-checksum-type");
    if (wanted === undefined && wantedType !== undefined) {
      throw new S3Error(
        "InvalidRequest",
        "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
      );
    }
    const checksumAlgorithm = wanted === undefined ? null : parseAlgorithm(wanted);
    const checksumType = checksumAlgorithm && multipartChecksumType(checksumAlgorithm, wantedType);
    const upload: Upload = {
      uploadId: randomBytes(48).toString("base64url"),
      bucket,
      key,
      initiated: s3.clock.now(),
      attributes: readAttributes(request, config, s3.realm),
      tags: readTagging(request),
      checksumAlgorithm,
      checksumType,
    };
    s3.uploads.add(upload);
    return xmlResponse(
      xmlDocument("InitiateMultipartUploadResult", { Bucket: bucket, Key: key, UploadId: upload.uploadId }),
      {
        ...encryptionHeaders(upload.attributes),
        "x-amz-checksum-algorithm": checksumAlgorithm ?? undefined,
        "x-amz-checksum-type": checksumType ?? undefined,
      },
    );
  },
};

/** The upload that a request names. @throws S3Error NoSuchBucket or NoSuchUpload */
export function findUpload(s3: S3State, request: S3Request): Upload {
  const uploadId = request.query.get("uploadId") ?? "";
  const upload = s3.uploads.find(s3.buckets.get(bucketOf(request)).name, keyOf(request), uploadId);
  if (!upload) throw noSuchUpload(uploadId);
  return upload;
}

export const uploadPart: S3Operation = {
  name: "UploadPart",
  method: "PUT",
  level: "object",
  markers: ["partNumber", "uploadId"],
  headers: BODY_HEADERS,
  async run(s3, request) {
    const number = parsePartNumber(request.query.get("partNumber") ?? "");
    const upload = findUpload(s3, request);
    const body = openBody(request, upload.checksumAlgorithm ?? DEFAULT_ALGORITHM);
    checkPartAlgorithm(upload, body.stated);
    return await withSpooled(s3, body.chunks, (spooled) => {
      const { md5, algorithm, checksum } = body.finish();
      addPart(s3, request, number, { ...spooled, md5, checksum });
      const told = upload.checksumAlgorithm !== null || body.stated === algorithm;
      return {
        status: 200,
        headers: {
          etag: `"${md5}"`,
          ...(told ? { [checksumHeader(algorithm)]: checksum } : {}),
          ...encryptionHeaders(upload.attributes),
        },
      };
    });
  },
};

/** A composite checksum needs every part's from the client, by the upload's algorithm. */
function checkPartAlgorithm(upload: Upload, stated: ChecksumAlgorithm | undefined): void {
  const expected = upload.checksumAlgorithm;
  const missing = stated === undefined && upload.checksumType === "COMPOSITE";
  if (expected === null || stated === expected || (stated === undefined && !missing)) return;
  throw new S3Error(
    "InvalidRequest",
    `Checksum Type mismatch occurred, expected checksum Type: ${expected.toLowerCase()}, actual checksum Type: ${stated?.toLowerCase() ?? "null"}`,
  );
}

/** Adds a part unless its upload has ended meanwhile, in place of an earlier one of that number. */
function addPart(
  s3: S3State,
  request: S3Request,
  number: number,
  part: Spooled & { md5: string; checksum: string },
): number {
  const modified = s3.clock.now();
  const freed = atomically(s3.database, () => {
    const { uploadId } = findUpload(s3, request);
    return s3.parts.put(uploadId, { ...part, number, modified });
  });
  s3.files.remove(freed);
  return modified;
}

export const uploadPartCopy: S3Operation = {
  name: "UploadPartCopy",
  method: "PUT",
  level: "object",
  markers: ["partNumber", "uploadId"],
  headerMarker: "x-amz-copy-source",
  headers: [...COPY_HEADERS, "x-amz-copy-source-range"],
  async run(s3, request) {
    const number = parsePartNumber(request.query.get("partNumber") ?? "");
    const upload = findUpload(s3, request);
    const source = findCopySource(s3, request);
    const range = parseCopyRange(header(request, "x-amz-copy-source-range"), source.size);
    const algorithm = upload.checksumAlgorithm ?? DEFAULT_ALGORITHM;
    const bytes = await copyBytes(s3, source, algorithm, range);
    try {
      const modified = addPart(s3, request, number, bytes);
      return xmlResponse(
        xmlDocument("CopyPartResult", {
          LastModified: new Date(modified),
          ETag: `"${bytes.md5}"`,
          ...(upload.checksumAlgorithm === null ? {} : { [checksumElement(algorithm)]: bytes.checksum }),
        }),
        {
          "x-amz-copy-source-version-id": versionHeaders(s3, source)["x-amz-version-id"],
          ...encryptionHeaders(upload.attributes),
        },
      );
    } catch (error) {
      if (bytes.file !== null) s3.files.remove([bytes.file]);
      throw error;
    }
  },
};

/** Unlike a read's range, a copy's must be exact and lie within the source. */
function parseCopyRange(text: string | undefined, size: number): { start: number; end: number } | undefined {
  if (text === undefined) return undefined;
  const match = /^bytes=(\d+)-(\d+)$/.exec(text);
  const start = Number(match?.[1]);
  const end = Number(match?.[2]);
  if (!match || start > end) {
    throw invalidArgument(
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
      "x-amz-copy-source-range",
      text,
    );
  }
  if (end < size) return { start, end };
  throw invalidArgument(
    `Range specified is not valid for source object of size: ${size}`,
    "x-amz-copy-source-range",
    text,
  );
}

export const abortMultipartUpload: S3Operation = {
  name: "AbortMultipartUpload",
  method: "DELETE",
  level: "object",
  markers: ["uploadId"],
  run(s3, request) {
    const freed = atomically(s3.database, () => {
      const { uploadId } = findUpload(s3, request);
      s3.uploads.remove(uploadId);
      return s3.parts.clear(uploadId);
    });
    s3.files.remove(freed);
    return { status: 204 };
  },
};
