import { checksumElement } from "../checksums.ts";
import { invalidArgument } from "../errors.ts";
import { findVersion, versionHeaders } from "../find-version.ts";
import type { ObjectVersion } from "../object-store.ts";
import { type S3Operation, xmlResponse } from "../operation.ts";
import { parsePageSize } from "../page.ts";
import { bucketOf, header, keyOf } from "../request.ts";
import type { S3State } from "../state.ts";
import { type XmlValue, xmlDocument } from "../xml.ts";

const ATTRIBUTES = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"];

export const getObjectAttributes: S3Operation = {
  name: "GetObjectAttributes",
  method: "GET",
  level: "object",
  markers: ["attributes"],
  query: ["versionId"],
  headers: ["x-amz-object-attributes", "x-amz-max-parts", "x-amz-part-number-marker"],
  run(s3, request) {
    const versionId = request.query.get("versionId") ?? undefined;
    const version = findVersion(s3, bucketOf(request), keyOf(request), versionId);
    const wanted = (header(request, "x-amz-object-attributes") ?? "").split(",").map((name) => name.trim());
    const unknown = wanted.find((name) => !ATTRIBUTES.includes(name));
    if (unknown !== undefined) {
      throw invalidArgument("Invalid attribute name specified.", "x-amz-object-attributes", unknown);
    }
    const has = (name: string) => wanted.includes(name);
    const { checksum } = version;
    const paging = new URLSearchParams({
      "max-parts": header(request, "x-amz-max-parts") ?? "",
      "part-number-marker": header(request, "x-amz-part-number-marker") ?? "0",
    });
    const body = xmlDocument("GetObjectAttributesResponse", {
      ETag: has("ETag") ? version.etag : undefined,
      Checksum:
        has("Checksum") && checksum
          ? { [checksumElement(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type }
          : undefined,
      ObjectParts:
        has("ObjectParts") && version.partCount !== null ? objectParts(s3, version, paging) : undefined,
      StorageClass: has("StorageClass") ? version.attributes.storageClass : undefined,
      ObjectSize: has("ObjectSize") ? version.size : undefined,
    });
    return xmlResponse(body, {
      "last-modified": new Date(version.modified).toUTCString(),
      ...versionHeaders(s3, version),
    });
  },
};

function objectParts(s3: S3State, version: ObjectVersion, paging: URLSearchParams): XmlValue {
  const limit = parsePageSize(paging, "max-parts");
  const marker = Number(paging.get("part-number-marker"));
  const parts = s3.parts.page(version.content, marker, limit + 1);
  const page = parts.slice(0, limit);
  const { checksum } = version;
  return {
    PartsCount: version.partCount,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number ?? 0,
    MaxParts: limit,
    IsTruncated: parts.length > limit,
    // S3 lists the parts themselves only where they have checksums that make up the object's.
    Part:
      checksum?.type === "COMPOSITE"
        ? page.map((part) => ({
            PartNumber: part.number,
            Size: part.size,
            [checksumElement(checksum.algorithm)]: part.checksum,
          }))
        : undefined,
  };
}
