import { randomBytes } from "node:crypto";
import { atomically } from "../database.ts";
import type { Conditions } from "./conditions.ts";
import { checkWrite } from "./conditions.ts";
import { type CreationReason, type EventOrigin, objectEvent, sequencer } from "./events.ts";
import type { NewVersion, ObjectVersion } from "./object-store.ts";
import type { S3State } from "./state.ts";

/** An object that has its bytes and waits to become visible. */
export type VersionDraft = Pick<
  NewVersion,
  "bucket" | "key" | "size" | "etag" | "attributes" | "tags" | "checksum" | "partCount" | "uploadId"
>;

export interface CommitOptions {
  readonly origin: EventOrigin;
  readonly reason: CreationReason;
  readonly conditions: Conditions;
  /** Gives the object its parts, inside the transaction. @returns data files that this makes free */
  readonly fill: (content: string) => readonly string[];
}

/** What a committed write tells its client. */
export interface Committed {
  /** Absent where versioning never was on. */
  readonly versionId: string | undefined;
  readonly modified: number;
}

/**
 * Makes an object visible: conditions, metadata, parts and event in one transaction.
 * @throws S3Error when the conditions do not hold, or when the bucket has gone
 */
export function commitVersion(s3: S3State, draft: VersionDraft, options: CommitOptions): Committed {
  const { bucket, key } = draft;
  const freed: string[] = [];
  const committed = atomically(s3.database, () => {
    const { config } = s3.buckets.get(bucket);
    checkWrite(options.conditions, key, liveVersion(s3, bucket, key));
    const sequence = s3.objects.nextSequence();
    const versionId = config.versioning === "Enabled" ? newVersionId() : "null";
    if (versionId === "null") freed.push(...eraseNullVersion(s3, bucket, key));
    const content = `v${sequence}`;
    const modified = s3.clock.now();
    s3.objects.add({ ...draft, sequence, versionId, isDeleteMarker: false, modified, content });
    freed.push(...options.fill(content));
    if (config.eventBridge) {
      const object = {
        key,
        size: draft.size,
        etag: draft.etag,
        ...versionIdMember(versionId),
        sequencer: sequencer(sequence),
      };
      const why = { reason: options.reason };
      s3.onEvent(objectEvent(s3.realm, modified, options.origin, "Object Created", bucket, object, why));
    }
    return { versionId: config.versioning === undefined ? undefined : versionId, modified };
  });
  s3.files.remove(freed);
  return committed;
}

/** The key's current version unless it is a delete marker. */
export function liveVersion(s3: S3State, bucket: string, key: string): ObjectVersion | undefined {
  const current = s3.objects.current(bucket, key);
  return current?.isDeleteMarker ? undefined : current;
}

/** Where versioning is off or suspended, a write replaces the version whose id is `null`. */
export function eraseNullVersion(s3: S3State, bucket: string, key: string): string[] {
  const previous = s3.objects.byId(bucket, key, "null");
  if (!previous) return [];
  s3.objects.remove(previous);
  return s3.parts.clear(previous.content);
}

export function newVersionId(): string {
  return randomBytes(24).toString("base64url").replaceAll("-", ".");
}

/** Events name a version only where there are versions. */
export function versionIdMember(versionId: string): { "version-id"?: string } {
  return versionId === "null" ? {} : { "version-id": versionId };
}
