import { invalidArgument, noSuchKey, S3Error } from "./errors.ts";
import type { ObjectVersion } from "./object-store.ts";
import type { S3State } from "./state.ts";

/**
 * The version that a read asks for: the named one or the current one.
 * @throws S3Error NoSuchBucket, NoSuchKey, NoSuchVersion; MethodNotAllowed for a delete marker by its id
 */
export function findVersion(
  s3: S3State,
  bucket: string,
  key: string,
  versionId: string | undefined,
): ObjectVersion {
  s3.buckets.get(bucket);
  if (versionId === undefined) {
    const current = s3.objects.current(bucket, key);
    if (!current) throw noSuchKey(key);
    if (!current.isDeleteMarker) return current;
    throw noSuchKey(key, { "x-amz-delete-marker": "true", "x-amz-version-id": current.versionId });
  }
  if (versionId === "") throw invalidArgument("Version id cannot be the empty string", "versionId", "");
  const version = s3.objects.byId(bucket, key, versionId);
  if (!version) {
    throw new S3Error("NoSuchVersion", "The specified version does not exist.", {
      members: { Key: key, VersionId: versionId },
    });
  }
  if (!version.isDeleteMarker) return version;
  throw new S3Error("MethodNotAllowed", "The specified method is not allowed against this resource.", {
    members: { Method: "GET", ResourceType: "DeleteMarker" },
    headers: {
      allow: "DELETE",
      "x-amz-delete-marker": "true",
      "x-amz-version-id": versionId,
      "last-modified": new Date(version.modified).toUTCString(),
    },
  });
}

/** `x-amz-version-id`, only in buckets that have versions. */
export function versionHeaders(s3: S3State, version: Pick<ObjectVersion, "bucket" | "versionId">) {
  const { versioning } = s3.buckets.get(version.bucket).config;
  return versioning === undefined ? {} : { "x-amz-version-id": version.versionId };
}
