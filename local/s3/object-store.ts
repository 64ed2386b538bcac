import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { Attributes } from "./attributes.ts";
import type { Tag } from "./bucket-config.ts";
import type { Checksum } from "./checksums.ts";

/** One version of one object, or a delete marker. */
export interface ObjectVersion {
  /** Rises with every change to the store; the order of a key's versions. */
  readonly sequence: number;
  readonly bucket: string;
  readonly key: string;
  /** `null` (the text) for versions written while versioning was not enabled. */
  readonly versionId: string;
  readonly isCurrent: boolean;
  readonly isDeleteMarker: boolean;
  /** Bytes. */
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  /** Milliseconds since the epoch. */
  readonly modified: number;
  readonly attributes: Attributes;
  readonly tags: readonly Tag[];
  readonly checksum: Checksum | null;
  /** For objects that came by multipart upload. */
  readonly partCount: number | null;
  /** Names the object's parts. */
  readonly content: string;
  /** The multipart upload that made it; a repeated completion finds its answer by this. */
  readonly uploadId: string | null;
}

export type NewVersion = Omit<ObjectVersion, "isCurrent">;

/** Object versions. */
export type ObjectStore = ReturnType<typeof createObjectStore>;

const COLUMNS = `sequence, bucket, key, version_id, is_current, is_delete_marker, size, etag, modified,
  attributes, tags, checksum, part_count, content, upload_id`;

export function createObjectStore(database: DatabaseSync) {
  const next = database.prepare("UPDATE s3_sequence SET value = value + 1 RETURNING value");
  const insert = database.prepare(
    `INSERT INTO s3_versions (${COLUMNS}) VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const current = database.prepare(
    `SELECT ${COLUMNS} FROM s3_versions WHERE bucket = ? AND key = ? AND is_current = 1`,
  );
  const byId = database.prepare(
    `SELECT ${COLUMNS} FROM s3_versions WHERE bucket = ? AND key = ? AND version_id = ?`,
  );
  const byUpload = database.prepare(
    `SELECT ${COLUMNS} FROM s3_versions WHERE bucket = ? AND key = ? AND upload_id = ?`,
  );
  const retire = database.prepare(
    "UPDATE s3_versions SET is_current = 0 WHERE bucket = ? AND key = ? AND is_current = 1",
  );
  const remove = database.prepare("DELETE FROM s3_versions WHERE sequence = ?");
  const promote = database.prepare(
    `UPDATE s3_versions SET is_current = 1 WHERE sequence =
       (SELECT sequence FROM s3_versions WHERE bucket = ? AND key = ? ORDER BY sequence DESC LIMIT 1)`,
  );
  const setTags = database.prepare("UPDATE s3_versions SET tags = ? WHERE sequence = ?");
  const listCurrent = (comparison: string) =>
    database.prepare(
      `SELECT ${COLUMNS} FROM s3_versions WHERE bucket = ? AND is_current = 1 AND is_delete_marker = 0
         AND key ${comparison} ? ORDER BY key LIMIT ?`,
    );
  const listVersions = (comparison: string) =>
    database.prepare(
      `SELECT ${COLUMNS} FROM s3_versions WHERE bucket = ? AND key ${comparison} ?
         ORDER BY key, sequence DESC LIMIT ?`,
    );
  const lists = {
    current: { after: listCurrent(">"), from: listCurrent(">=") },
    versions: { after: listVersions(">"), from: listVersions(">=") },
  };
  return {
    /** A number that no change before had, over restarts too. */
    nextSequence: (): number => Number(next.get()?.value),
    current: (bucket: string, key: string) => toVersion(current.get(bucket, key)),
    byId: (bucket: string, key: string, versionId: string) => toVersion(byId.get(bucket, key, versionId)),
    byUpload: (bucket: string, key: string, uploadId: string) =>
      toVersion(byUpload.get(bucket, key, uploadId)),
    /** Adds a version as the current one. */
    add: (version: NewVersion): void => {
      retire.run(version.bucket, version.key);
      insert.run(
        version.sequence,
        version.bucket,
        version.key,
        version.versionId,
        version.isDeleteMarker ? 1 : 0,
        version.size,
        version.etag,
        version.modified,
        JSON.stringify(version.attributes),
        JSON.stringify(version.tags),
        version.checksum && JSON.stringify(version.checksum),
        version.partCount,
        version.content,
        version.uploadId,
      );
    },
    /** Removes a version; when it was the current one, the newest that is left takes its place. */
    remove: (version: ObjectVersion): void => {
      remove.run(version.sequence);
      if (version.isCurrent) promote.run(version.bucket, version.key);
    },
    setTags: (version: ObjectVersion, tags: readonly Tag[]): void => {
      setTags.run(JSON.stringify(tags), version.sequence);
    },
    /** Rows in listing order from `key` on (`inclusive`) or after it. */
    list: (which: "current" | "versions", bucket: string, key: string, inclusive: boolean, limit: number) => {
      const statement = lists[which][inclusive ? "from" : "after"];
      return statement.all(bucket, key, limit).map(fromRow);
    },
  };
}

type Row = Record<string, SQLOutputValue>;

function toVersion(row: Row | undefined): ObjectVersion | undefined {
  return row && fromRow(row);
}

function fromRow(row: Row): ObjectVersion {
  return {
    sequence: Number(row.sequence),
    bucket: String(row.bucket),
    key: String(row.key),
    versionId: String(row.version_id),
    isCurrent: row.is_current === 1,
    isDeleteMarker: row.is_delete_marker === 1,
    size: Number(row.size),
    etag: String(row.etag),
    modified: Number(row.modified),
    attributes: JSON.parse(String(row.attributes)) as Attributes,
    tags: JSON.parse(String(row.tags)) as Tag[],
    checksum: row.checksum === null ? null : (JSON.parse(String(row.checksum)) as Checksum),
    partCount: row.part_count === null ? null : Number(row.part_count),
    content: String(row.content),
    uploadId: row.upload_id === null ? null : String(row.upload_id),
  };
}
