import { createHash } from "node:crypto";

/** One object version, as an event names it. */
export interface ObjectVersion {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
  readonly sequencer?: string | undefined;
  readonly etag: string;
}

/**
 * The id of the job that one object version makes in one pipeline: 64 hexadecimal characters.
 * The same event twice gives the same id, which is what makes duplicates harmless.
 */
export function jobIdOf(object: ObjectVersion, pipeline: string): string {
  const version = object.versionId ?? object.sequencer ?? object.etag;
  return sha256([object.bucket, object.key, version, pipeline]);
}

/** Names all versions of one key in one pipeline; its newest sequencer decides which job counts. */
export function objectIdOf(object: Pick<ObjectVersion, "bucket" | "key">, pipeline: string): string {
  return sha256([object.bucket, object.key, pipeline]);
}

/** JSON keeps the parts apart, whatever characters a key contains. */
function sha256(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
