import { atomically } from "../../database.ts";
import { checkTags } from "../attributes.ts";
import type { Tag } from "../bucket-config.ts";
import { versionIdMember } from "../commit-version.ts";
import { objectEvent } from "../events.ts";
import { findVersion, versionHeaders } from "../find-version.ts";
import { BODY_HEADERS, type S3Operation, type S3Response, xmlResponse } from "../operation.ts";
import { bucketOf, keyOf, type S3Request } from "../request.ts";
import type { S3State } from "../state.ts";
import { tagSet } from "./tag-set.ts";

const shared = { level: "object", markers: ["tagging"], query: ["versionId"] } as const;

export const getObjectTagging: S3Operation = {
  ...shared,
  name: "GetObjectTagging",
  method: "GET",
  run(s3, request) {
    const version = target(s3, request);
    return xmlResponse(tagSet.write(version.tags), versionHeaders(s3, version));
  },
};

export const putObjectTagging: S3Operation = {
  ...shared,
  name: "PutObjectTagging",
  method: "PUT",
  headers: BODY_HEADERS,
  async run(s3, request) {
    target(s3, request);
    return { status: 200, headers: retag(s3, request, checkTags(await tagSet.read(request))) };
  },
};

export const deleteObjectTagging: S3Operation = {
  ...shared,
  name: "DeleteObjectTagging",
  method: "DELETE",
  run: (s3, request) => ({ status: 204, headers: retag(s3, request, []) }),
};

function target(s3: S3State, request: S3Request) {
  const versionId = request.query.get("versionId") ?? undefined;
  return findVersion(s3, bucketOf(request), keyOf(request), versionId);
}

function retag(s3: S3State, request: S3Request, tags: readonly Tag[]): NonNullable<S3Response["headers"]> {
  return atomically(s3.database, () => {
    const version = target(s3, request);
    s3.objects.setTags(version, tags);
    if (s3.buckets.get(version.bucket).config.eventBridge) {
      const { bucket, key, etag, versionId } = version;
      const detailType = tags.length > 0 ? "Object Tags Added" : "Object Tags Deleted";
      const object = { key, etag, ...versionIdMember(versionId) };
      s3.onEvent(objectEvent(s3.realm, s3.clock.now(), request, detailType, bucket, object));
    }
    return versionHeaders(s3, version);
  });
}
