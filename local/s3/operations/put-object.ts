import { ATTRIBUTE_HEADERS, encryptionHeaders, readAttributes, readTagging } from "../attributes.ts";
import { checksumHeader } from "../checksums.ts";
import { commitVersion, liveVersion } from "../commit-version.ts";
import { checkWrite, conditionalConflict, readConditions } from "../conditions.ts";
import { openBody } from "../incoming-body.ts";
import { BODY_HEADERS, type S3Operation } from "../operation.ts";
import { bucketOf, keyOf } from "../request.ts";
import { withSpooled } from "../with-spooled.ts";

export const putObject: S3Operation = {
  name: "PutObject",
  method: "PUT",
  level: "object",
  headers: [...BODY_HEADERS, ...ATTRIBUTE_HEADERS, "x-amz-meta-"],
  async run(s3, request) {
    const bucket = bucketOf(request);
    const key = keyOf(request);
    const { config } = s3.buckets.get(bucket);
    const attributes = readAttributes(request, config, s3.realm);
    const tags = readTagging(request);
    const conditions = readConditions(request);
    checkWrite(conditions, key, liveVersion(s3, bucket, key));
    const body = openBody(request);

    const wasDeleted =
      conditions.ifNoneMatch === undefined ? () => false : s3.conditionalWrites.watch(bucket, key);
    try {
      return await withSpooled(s3, body.chunks, (spooled) => {
        const digests = body.finish();
        if (wasDeleted()) throw conditionalConflict(key);
        const checksum = {
          algorithm: digests.algorithm,
          value: digests.checksum,
          type: "FULL_OBJECT",
        } as const;
        const { size } = spooled;
        const { versionId } = commitVersion(
          s3,
          {
            bucket,
            key,
            size,
            etag: digests.md5,
            attributes,
            tags,
            checksum,
            partCount: null,
            uploadId: null,
          },
          {
            origin: request,
            reason: "PutObject",
            conditions,
            fill: (content) =>
              s3.parts.put(content, {
                ...spooled,
                number: 1,
                md5: digests.md5,
                checksum: digests.checksum,
                modified: s3.clock.now(),
              }),
          },
        );
        return {
          status: 200,
          headers: {
            etag: `"${digests.md5}"`,
            [checksumHeader(digests.algorithm)]: digests.checksum,
            "x-amz-checksum-type": "FULL_OBJECT",
            ...encryptionHeaders(attributes),
            "x-amz-version-id": versionId,
          },
        };
      });
    } finally {
      wasDeleted();
    }
  },
};
