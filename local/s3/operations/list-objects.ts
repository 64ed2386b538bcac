import { invalidArgument } from "../errors.ts";
import type { ObjectVersion } from "../object-store.ts";
import { type S3Operation, xmlResponse } from "../operation.ts";
import { listingEncoder, parsePageSize, readPage } from "../page.ts";
import { bucketOf } from "../request.ts";
import type { S3State } from "../state.ts";
import { type XmlValue, xmlDocument } from "../xml.ts";
import { ownerId } from "./buckets.ts";

const shared = {
  method: "GET",
  level: "bucket",
  headers: ["x-amz-optional-object-attributes"],
} as const;
const COMMON_QUERY = ["prefix", "delimiter", "max-keys", "encoding-type"];

export const listObjects: S3Operation = {
  ...shared,
  name: "ListObjects",
  query: [...COMMON_QUERY, "marker"],
  run(s3, request) {
    const { query } = request;
    const { name } = s3.buckets.get(bucketOf(request));
    const encode = listingEncoder(query);
    const marker = query.get("marker") ?? "";
    const limit = parsePageSize(query, "max-keys");
    const delimiter = query.get("delimiter") ?? "";
    const prefix = query.get("prefix") ?? "";
    const page = readPage(
      (key, inclusive, count) => s3.objects.list("current", name, key, inclusive, count),
      { prefix, delimiter, after: marker === "" ? undefined : marker, limit },
    );
    return xmlResponse(
      xmlDocument("ListBucketResult", {
        Name: name,
        Prefix: encode(prefix),
        Marker: encode(marker),
        // Without a delimiter the last key is the next marker.
        NextMarker: page.isTruncated && delimiter !== "" ? encode(page.last ?? "") : undefined,
        MaxKeys: limit,
        Delimiter: delimiter === "" ? undefined : encode(delimiter),
        EncodingType: query.get("encoding-type"),
        IsTruncated: page.isTruncated,
        Contents: page.rows.map((version) => contents(s3, version, encode, true)),
        CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: encode(common) })),
      }),
    );
  },
};

export const listObjectsV2: S3Operation = {
  ...shared,
  name: "ListObjectsV2",
  markers: ["list-type"],
  query: [...COMMON_QUERY, "continuation-token", "start-after", "fetch-owner"],
  run(s3, request) {
    const { query } = request;
    const { name } = s3.buckets.get(bucketOf(request));
    if (query.get("list-type") !== "2") {
      throw invalidArgument(
        "Invalid List Type specified in Request",
        "list-type",
        String(query.get("list-type")),
      );
    }
    const encode = listingEncoder(query);
    const token = query.get("continuation-token");
    const startAfter = query.get("start-after");
    const limit = parsePageSize(query, "max-keys");
    const delimiter = query.get("delimiter") ?? "";
    const prefix = query.get("prefix") ?? "";
    const page = readPage(
      (key, inclusive, count) => s3.objects.list("current", name, key, inclusive, count),
      { prefix, delimiter, after: token === null ? (startAfter ?? undefined) : readToken(token), limit },
    );
    const withOwner = query.get("fetch-owner") === "true";
    return xmlResponse(
      xmlDocument("ListBucketResult", {
        Name: name,
        Prefix: encode(prefix),
        ContinuationToken: token,
        NextContinuationToken: page.isTruncated ? writeToken(page.last ?? "") : undefined,
        StartAfter: startAfter === null ? undefined : encode(startAfter),
        KeyCount: page.rows.length + page.commonPrefixes.length,
        MaxKeys: limit,
        Delimiter: delimiter === "" ? undefined : encode(delimiter),
        EncodingType: query.get("encoding-type"),
        IsTruncated: page.isTruncated,
        Contents: page.rows.map((version) => contents(s3, version, encode, withOwner)),
        CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: encode(common) })),
      }),
    );
  },
};

function contents(
  s3: S3State,
  version: ObjectVersion,
  encode: (text: string) => string,
  withOwner: boolean,
): XmlValue {
  return {
    Key: encode(version.key),
    LastModified: new Date(version.modified),
    ETag: `"${version.etag}"`,
    ChecksumAlgorithm: version.checksum?.algorithm,
    ChecksumType: version.checksum?.type,
    Size: version.size,
    Owner: withOwner ? { ID: ownerId(s3) } : undefined,
    StorageClass: version.attributes.storageClass,
  };
}

/** Tokens are opaque to clients; the leading digit is the format's version. */
function writeToken(last: string): string {
  return `1${Buffer.from(last).toString("base64url")}`;
}

function readToken(token: string): string {
  const last = Buffer.from(token.slice(1), "base64url").toString();
  if (last !== "" && writeToken(last) === token) return last;
  throw invalidArgument("The continuation token provided is incorrect", "continuation-token", token);
}
