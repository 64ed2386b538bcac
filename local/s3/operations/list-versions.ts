import { invalidArgument } from "../errors.ts";
import type { ObjectVersion } from "../object-store.ts";
import { type S3Operation, xmlResponse } from "../operation.ts";
import { listingEncoder, parsePageSize, readPage } from "../page.ts";
import { bucketOf } from "../request.ts";
import { xmlDocument } from "../xml.ts";
import { ownerId } from "./buckets.ts";

export const listObjectVersions: S3Operation = {
  name: "ListObjectVersions",
  method: "GET",
  level: "bucket",
  markers: ["versions"],
  query: ["prefix", "delimiter", "key-marker", "version-id-marker", "max-keys", "encoding-type"],
  headers: ["x-amz-optional-object-attributes"],
  run(s3, request) {
    const { query } = request;
    const { name } = s3.buckets.get(bucketOf(request));
    const encode = listingEncoder(query);
    const keyMarker = query.get("key-marker") ?? "";
    const versionMarker = query.get("version-id-marker") ?? "";
    if (versionMarker !== "" && keyMarker === "") {
      throw invalidArgument(
        "A version-id marker cannot be specified without a key marker.",
        "version-id-marker",
        versionMarker,
      );
    }
    const limit = parsePageSize(query, "max-keys");
    const delimiter = query.get("delimiter") ?? "";
    const prefix = query.get("prefix") ?? "";
    const page = readPage<ObjectVersion>(
      (key, inclusive, count) => s3.objects.list("versions", name, key, inclusive, count),
      {
        prefix,
        delimiter,
        after: keyMarker === "" ? undefined : keyMarker,
        isLastSeen:
          versionMarker === "" ? undefined : (row) => "versionId" in row && row.versionId === versionMarker,
        limit,
      },
    );
    const lastRow = page.rows.at(-1);
    const owner = { ID: ownerId(s3) };
    const entries = page.rows.map((version) => {
      const common = {
        Key: encode(version.key),
        VersionId: version.versionId,
        IsLatest: version.isCurrent,
        LastModified: new Date(version.modified),
      };
      if (version.isDeleteMarker) return { DeleteMarker: { ...common, Owner: owner } };
      return {
        Version: {
          ...common,
          ETag: `"${version.etag}"`,
          ChecksumAlgorithm: version.checksum?.algorithm,
          ChecksumType: version.checksum?.type,
          Size: version.size,
          StorageClass: version.attributes.storageClass,
          Owner: owner,
        },
      };
    });
    return xmlResponse(
      xmlDocument("ListVersionsResult", [
        {
          Name: name,
          Prefix: encode(prefix),
          KeyMarker: encode(keyMarker),
          VersionIdMarker: versionMarker,
          NextKeyMarker: page.isTruncated ? encode(page.last ?? "") : undefined,
          NextVersionIdMarker:
            page.isTruncated && lastRow?.key === page.last ? lastRow?.versionId : undefined,
          MaxKeys: limit,
          Delimiter: delimiter === "" ? undefined : encode(delimiter),
          EncodingType: query.get("encoding-type"),
          IsTruncated: page.isTruncated,
        },
        ...entries,
        { CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: encode(common) })) },
      ]),
    );
  },
};
