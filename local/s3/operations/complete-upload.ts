import { createHash } from "node:crypto";
import { z } from "zod";
import { encryptionHeaders } from "../attributes.ts";
import {
  CHECKSUM_ALGORITHMS,
  type Checksum,
  checksumElement,
  checksumMismatch,
  DEFAULT_ALGORITHM,
  joinChecksums,
  statedChecksum,
} from "../checksums.ts";
import { commitVersion } from "../commit-version.ts";
import { readConditions } from "../conditions.ts";
import { malformedXml, noSuchUpload, S3Error } from "../errors.ts";
import { versionHeaders } from "../find-version.ts";
import { readXml } from "../incoming-body.ts";
import { BODY_HEADERS, type S3Operation, type S3Response, xmlResponse } from "../operation.ts";
import type { Part } from "../part-store.ts";
import { bucketOf, header, keyOf, type S3Request } from "../request.ts";
import type { S3State } from "../state.ts";
import type { Upload } from "../upload-store.ts";
import { xmlDocument } from "../xml.ts";

/** Every part but the last must be at least this large. */
const MIN_PART_BYTES = 5 * 1024 ** 2;

const listedPart = z.strictObject({
  PartNumber: z.coerce.number().int().min(1).max(10_000),
  ETag: z.string(),
  ...Object.fromEntries(CHECKSUM_ALGORITHMS.map((name) => [checksumElement(name), z.string().optional()])),
});
const completeBody = z.strictObject({ Part: z.array(listedPart).min(1).max(10_000) });
type ListedPart = z.output<typeof listedPart>;

export const completeMultipartUpload: S3Operation = {
  name: "CompleteMultipartUpload",
  method: "POST",
  level: "object",
  markers: ["uploadId"],
  headers: [...BODY_HEADERS, "x-amz-mp-object-size"],
  async run(s3, request) {
    const bucket = bucketOf(request);
    const key = keyOf(request);
    s3.buckets.get(bucket);
    const uploadId = request.query.get("uploadId") ?? "";
    // Checksum headers here speak of the object, not of this request's body.
    const headers = Object.entries(request.headers).filter(([name]) => !name.startsWith("x-amz-checksum-"));
    const document = { ...request, headers: Object.fromEntries(headers) };
    const listed = (await readXml(document, "CompleteMultipartUpload", completeBody, ["Part"])).Part;

    const upload = s3.uploads.find(bucket, key, uploadId);
    if (!upload) return repeatedAnswer(s3, request, uploadId);
    const parts = chooseParts(upload, listed, s3.parts.page(uploadId, 0, 10_000));
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    checkObjectSize(header(request, "x-amz-mp-object-size"), size);
    const algorithm = upload.checksumAlgorithm ?? DEFAULT_ALGORITHM;
    const checksum = joinChecksums(algorithm, upload.checksumType ?? "FULL_OBJECT", parts);
    checkObjectChecksum(request, checksum);

    const md5 = createHash("md5");
    for (const part of parts) md5.update(Buffer.from(part.md5, "hex"));
    const etag = `${md5.digest("hex")}-${parts.length}`;
    const { attributes, tags } = upload;
    const { versionId } = commitVersion(
      s3,
      { bucket, key, size, etag, attributes, tags, checksum, partCount: parts.length, uploadId },
      {
        origin: request,
        reason: "CompleteMultipartUpload",
        conditions: readConditions(request),
        fill: (content) => {
          let start = 0;
          for (const part of parts) {
            s3.parts.move(uploadId, part.number, content, start);
            start += part.size;
          }
          s3.uploads.remove(uploadId);
          return s3.parts.clear(uploadId);
        },
      },
    );
    return answer(request, etag, checksum, {
      "x-amz-version-id": versionId,
      ...encryptionHeaders(attributes),
    });
  },
};

/**
 * The stored parts that the request lists.
 * @throws S3Error InvalidPartOrder, InvalidPart, EntityTooSmall
 */
function chooseParts(upload: Upload, listed: readonly ListedPart[], stored: readonly Part[]): Part[] {
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  let previous = 0;
  const parts = listed.map((entry) => {
    if (entry.PartNumber <= previous) {
      throw new S3Error(
        "InvalidPartOrder",
        "The list of parts was not in ascending order. Parts must be ordered by part number.",
        { members: { UploadId: upload.uploadId } },
      );
    }
    previous = entry.PartNumber;
    const part = byNumber.get(entry.PartNumber);
    if (!part || part.md5 !== entry.ETag.replaceAll('"', "") || !checksumsAgree(upload, entry, part)) {
      throw new S3Error(
        "InvalidPart",
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        { members: { UploadId: upload.uploadId, PartNumber: entry.PartNumber, ETag: entry.ETag } },
      );
    }
    return part;
  });
  const small = parts.slice(0, -1).find((part) => part.size < MIN_PART_BYTES);
  if (small) {
    throw new S3Error("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", {
      members: {
        ProposedSize: small.size,
        MinSizeAllowed: MIN_PART_BYTES,
        PartNumber: small.number,
        ETag: small.md5,
      },
    });
  }
  return parts;
}

function checksumsAgree(upload: Upload, entry: ListedPart, part: Part): boolean {
  const algorithm = upload.checksumAlgorithm ?? DEFAULT_ALGORITHM;
  const given = CHECKSUM_ALGORITHMS.flatMap((name) => {
    const value = entry[checksumElement(name) as keyof ListedPart];
    return value === undefined ? [] : [{ name, value }];
  });
  if (given.length === 0 && upload.checksumType === "COMPOSITE") {
    throw new S3Error(
      "InvalidRequest",
      `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${entry.PartNumber} in the request.`,
    );
  }
  // An upload without an algorithm of its own took whatever its client stated, and checked it then.
  if (upload.checksumAlgorithm === null) return true;
  return given.every(({ name, value }) => name === algorithm && value === part.checksum);
}

function checkObjectSize(text: string | undefined, size: number): void {
  if (text === undefined || Number(text) === size) return;
  throw new S3Error(
    "InvalidRequest",
    `The provided 'x-amz-mp-object-size' header value ${text} does not match what was computed: ${size}`,
  );
}

function checkObjectChecksum(request: S3Request, checksum: Checksum): void {
  const type = header(request, "x-amz-checksum-type");
  if (type !== undefined && type !== checksum.type) {
    throw new S3Error(
      "InvalidRequest",
      `The upload was created using the ${checksum.type} checksum mode. The complete request must use the same checksum mode.`,
    );
  }
  // A composite value ends in its part count, which is no base64.
  const name = Object.keys(request.headers).find((candidate) => /^x-amz-checksum-(crc|sha)/.test(candidate));
  if (name === undefined) return;
  const value = String(request.headers[name]).replace(/-\d+$/, "");
  const stated = statedChecksum({ [name]: value });
  if (stated?.algorithm === checksum.algorithm && value === checksum.value.replace(/-\d+$/, "")) return;
  throw checksumMismatch(checksum.algorithm);
}

/** A client that lost the first answer completes again, and gets it. */
function repeatedAnswer(s3: S3State, request: S3Request, uploadId: string): S3Response {
  const made = s3.objects.byUpload(bucketOf(request), keyOf(request), uploadId);
  if (!made) throw noSuchUpload(uploadId);
  if (!made.checksum) throw malformedXml();
  return answer(request, made.etag, made.checksum, {
    ...versionHeaders(s3, made),
    ...encryptionHeaders(made.attributes),
  });
}

function answer(
  request: S3Request,
  etag: string,
  checksum: Checksum,
  headers: NonNullable<S3Response["headers"]>,
): S3Response {
  const bucket = bucketOf(request);
  const path = keyOf(request).split("/").map(encodeURIComponent).join("/");
  return xmlResponse(
    xmlDocument("CompleteMultipartUploadResult", {
      Location: `http://${header(request, "host") ?? "localhost"}/${bucket}/${path}`,
      Bucket: bucket,
      Key: keyOf(request),
      ETag: `"${etag}"`,
      [checksumElement(checksum.algorithm)]: checksum.value,
      ChecksumType: checksum.type,
    }),
    headers,
  );
}
