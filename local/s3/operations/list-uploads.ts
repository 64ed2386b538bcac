import { checksumElement, DEFAULT_ALGORITHM } from "../checksums.ts";
import { invalidArgument } from "../errors.ts";
import { type S3Operation, xmlResponse } from "../operation.ts";
import { listingEncoder, parsePageSize, readPage } from "../page.ts";
import { bucketOf } from "../request.ts";
import type { Upload } from "../upload-store.ts";
import { xmlDocument } from "../xml.ts";
import { ownerId } from "./buckets.ts";
import { findUpload } from "./multipart-upload.ts";

export const listMultipartUploads: S3Operation = {
  name: "ListMultipartUploads",
  method: "GET",
  level: "bucket",
  markers: ["uploads"],
  query: ["prefix", "delimiter", "key-marker", "upload-id-marker", "max-uploads", "encoding-type"],
  run(s3, request) {
    const { query } = request;
    const { name } = s3.buckets.get(bucketOf(request));
    const encode = listingEncoder(query);
    const keyMarker = query.get("key-marker") ?? "";
    const uploadMarker = query.get("upload-id-marker") ?? "";
    const limit = parsePageSize(query, "max-uploads");
    const delimiter = query.get("delimiter") ?? "";
    const prefix = query.get("prefix") ?? "";
    const isLastSeen = (row: { key: string }) => "uploadId" in row && row.uploadId === uploadMarker;
    const page = readPage<Upload>((key, inclusive, count) => s3.uploads.list(name, key, inclusive, count), {
      prefix,
      delimiter,
      after: keyMarker === "" ? undefined : keyMarker,
      isLastSeen: uploadMarker === "" || keyMarker === "" ? undefined : isLastSeen,
      limit,
    });
    const owner = { ID: ownerId(s3) };
    const lastRow = page.rows.at(-1);
    return xmlResponse(
      xmlDocument("ListMultipartUploadsResult", {
        Bucket: name,
        KeyMarker: encode(keyMarker),
        UploadIdMarker: uploadMarker,
        NextKeyMarker: page.isTruncated ? encode(page.last ?? "") : undefined,
        NextUploadIdMarker: page.isTruncated && lastRow?.key === page.last ? lastRow?.uploadId : undefined,
        Prefix: encode(prefix),
        Delimiter: delimiter === "" ? undefined : encode(delimiter),
        EncodingType: query.get("encoding-type"),
        MaxUploads: limit,
        IsTruncated: page.isTruncated,
        Upload: page.rows.map((upload) => ({
          Key: encode(upload.key),
          UploadId: upload.uploadId,
          Initiator: owner,
          Owner: owner,
          StorageClass: upload.attributes.storageClass,
          Initiated: new Date(upload.initiated),
          ChecksumAlgorithm: upload.checksumAlgorithm,
          ChecksumType: upload.checksumType,
        })),
        CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: encode(common) })),
      }),
    );
  },
};

export const listParts: S3Operation = {
  name: "ListParts",
  method: "GET",
  level: "object",
  markers: ["uploadId"],
  query: ["max-parts", "part-number-marker"],
  run(s3, request) {
    const upload = findUpload(s3, request);
    const limit = parsePageSize(request.query, "max-parts");
    const markerText = request.query.get("part-number-marker") ?? "0";
    if (!/^\d{1,9}$/.test(markerText)) {
      throw invalidArgument(
        "Argument part-number-marker must be an integer",
        "part-number-marker",
        markerText,
      );
    }
    const marker = Number(markerText);
    const parts = s3.parts.page(upload.uploadId, marker, limit + 1);
    const page = parts.slice(0, limit);
    const owner = { ID: ownerId(s3) };
    const algorithm = upload.checksumAlgorithm;
    return xmlResponse(
      xmlDocument("ListPartsResult", {
        Bucket: upload.bucket,
        Key: upload.key,
        UploadId: upload.uploadId,
        Initiator: owner,
        Owner: owner,
        StorageClass: upload.attributes.storageClass,
        PartNumberMarker: marker,
        NextPartNumberMarker: page.at(-1)?.number ?? 0,
        MaxParts: limit,
        IsTruncated: parts.length > limit,
        ChecksumAlgorithm: algorithm,
        ChecksumType: upload.checksumType,
        Part: page.map((part) => ({
          PartNumber: part.number,
          LastModified: new Date(part.modified),
          ETag: `"${part.md5}"`,
          Size: part.size,
          [checksumElement(algorithm ?? DEFAULT_ALGORITHM)]: algorithm === null ? undefined : part.checksum,
        })),
      }),
    );
  },
};
