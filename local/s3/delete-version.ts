import { atomically } from "../database.ts";
import { eraseNullVersion, liveVersion, newVersionId, versionIdMember } from "./commit-version.ts";
import { etagMatches } from "./conditions.ts";
import { noSuchKey, preconditionFailed } from "./errors.ts";
import { type EventOrigin, objectEvent, type S3ObjectEventDetail, sequencer } from "./events.ts";
import type { NewVersion, ObjectVersion } from "./object-store.ts";
import type { S3State } from "./state.ts";

export interface Deletion {
  readonly bucket: string;
  readonly key: string;
  /** Removes this version for good; without it, a versioned bucket gets a delete marker. */
  readonly versionId?: string | undefined;
  /** ETag that the current version must have, or `*`. */
  readonly ifMatch?: string | undefined;
}

export interface Deleted {
  /** The version that went, or the delete marker that came. */
  readonly versionId: string | undefined;
  /** Whether that is a delete marker. */
  readonly deleteMarker: boolean;
}

/** Deletes one object or version, with its event. Deleting what is not there succeeds, as on S3. */
export function deleteVersion(s3: S3State, origin: EventOrigin, deletion: Deletion): Deleted {
  const freed: string[] = [];
  const deleted = atomically(s3.database, () => {
    const { config } = s3.buckets.get(deletion.bucket);
    checkIfMatch(s3, deletion);
    if (deletion.versionId !== undefined)
      return removeForGood(s3, origin, deletion, deletion.versionId, freed);
    if (config.versioning === undefined) {
      removeForGood(s3, origin, deletion, "null", freed);
      return { versionId: undefined, deleteMarker: false };
    }
    return mark(s3, origin, deletion, config.versioning, freed);
  });
  s3.files.remove(freed);
  s3.conditionalWrites.noteDeletion(deletion.bucket, deletion.key);
  return deleted;
}

/** Source: S3 user guide, "How to perform conditional deletes": only the current version counts. */
function checkIfMatch(s3: S3State, { bucket, key, ifMatch }: Deletion): void {
  if (ifMatch === undefined) return;
  const current = liveVersion(s3, bucket, key);
  if (!current) throw noSuchKey(key);
  if (!etagMatches(ifMatch, current.etag)) throw preconditionFailed("If-Match");
}

function removeForGood(
  s3: S3State,
  origin: EventOrigin,
  { bucket, key }: Deletion,
  versionId: string,
  freed: string[],
): Deleted {
  const version = s3.objects.byId(bucket, key, versionId);
  if (!version) return { versionId, deleteMarker: false };
  s3.objects.remove(version);
  freed.push(...s3.parts.clear(version.content));
  announce(s3, origin, version, s3.objects.nextSequence(), "Permanently Deleted");
  return { versionId, deleteMarker: version.isDeleteMarker };
}

function mark(
  s3: S3State,
  origin: EventOrigin,
  { bucket, key }: Deletion,
  versioning: "Enabled" | "Suspended",
  freed: string[],
): Deleted {
  const versionId = versioning === "Enabled" ? newVersionId() : "null";
  if (versionId === "null") freed.push(...eraseNullVersion(s3, bucket, key));
  const sequence = s3.objects.nextSequence();
  const marker: NewVersion = {
    sequence,
    bucket,
    key,
    versionId,
    isDeleteMarker: true,
    size: 0,
    etag: "",
    modified: s3.clock.now(),
    attributes: { headers: {}, metadata: {}, storageClass: "STANDARD", encryption: { algorithm: "AES256" } },
    tags: [],
    checksum: null,
    partCount: null,
    content: `v${sequence}`,
    uploadId: null,
  };
  s3.objects.add(marker);
  announce(s3, origin, marker, sequence, "Delete Marker Created");
  return { versionId, deleteMarker: true };
}

function announce(
  s3: S3State,
  origin: EventOrigin,
  version: ObjectVersion | NewVersion,
  sequence: number,
  deletionType: NonNullable<S3ObjectEventDetail["deletion-type"]>,
): void {
  const { bucket, key, etag, versionId } = version;
  if (!s3.buckets.get(bucket).config.eventBridge) return;
  const object = {
    key,
    ...(etag === "" ? {} : { etag }),
    ...versionIdMember(versionId),
    sequencer: sequencer(sequence),
  };
  const why = { reason: "DeleteObject", "deletion-type": deletionType } as const;
  s3.onEvent(objectEvent(s3.realm, s3.clock.now(), origin, "Object Deleted", bucket, object, why));
}
