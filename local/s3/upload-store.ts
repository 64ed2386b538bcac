import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { Attributes } from "./attributes.ts";
import type { Tag } from "./bucket-config.ts";
import type { ChecksumAlgorithm, ChecksumType } from "./checksums.ts";

/** A multipart upload in progress. */
export interface Upload {
  readonly uploadId: string;
  readonly bucket: string;
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly initiated: number;
  readonly attributes: Attributes;
  readonly tags: readonly Tag[];
  /** As the client chose them; null: S3's default, of which the client is not told before the end. */
  readonly checksumAlgorithm: ChecksumAlgorithm | null;
  readonly checksumType: ChecksumType | null;
}

export type UploadStore = ReturnType<typeof createUploadStore>;

const COLUMNS = "upload_id, bucket, key, initiated, attributes, tags, checksum_algorithm, checksum_type";

export function createUploadStore(database: DatabaseSync) {
  const insert = database.prepare(`INSERT INTO s3_uploads (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  const select = database.prepare(
    `SELECT ${COLUMNS} FROM s3_uploads WHERE bucket = ? AND key = ? AND upload_id = ?`,
  );
  const remove = database.prepare("DELETE FROM s3_uploads WHERE upload_id = ?");
  const ofBucket = database.prepare("SELECT upload_id FROM s3_uploads WHERE bucket = ?");
  const list = (comparison: string) =>
    database.prepare(
      `SELECT ${COLUMNS} FROM s3_uploads WHERE bucket = ? AND key ${comparison} ?
         ORDER BY key, upload_id LIMIT ?`,
    );
  const after = list(">");
  const from = list(">=");
  return {
    add: (upload: Upload): void => {
      insert.run(
        upload.uploadId,
        upload.bucket,
        upload.key,
        upload.initiated,
        JSON.stringify(upload.attributes),
        JSON.stringify(upload.tags),
        upload.checksumAlgorithm,
        upload.checksumType,
      );
    },
    find: (bucket: string, key: string, uploadId: string): Upload | undefined => {
      const row = select.get(bucket, key, uploadId);
      return row && toUpload(row);
    },
    remove: (uploadId: string): void => {
      remove.run(uploadId);
    },
    idsOf: (bucket: string): string[] => ofBucket.all(bucket).map((row) => String(row.upload_id)),
    /** Rows in listing order from `key` on (`inclusive`) or after it. */
    list: (bucket: string, key: string, inclusive: boolean, limit: number): Upload[] =>
      (inclusive ? from : after).all(bucket, key, limit).map(toUpload),
  };
}

function toUpload(row: Record<string, SQLOutputValue>): Upload {
  return {
    uploadId: String(row.upload_id),
    bucket: String(row.bucket),
    key: String(row.key),
    initiated: Number(row.initiated),
    attributes: JSON.parse(String(row.attributes)) as Attributes,
    tags: JSON.parse(String(row.tags)) as Tag[],
    checksumAlgorithm: row.checksum_algorithm as ChecksumAlgorithm | null,
    checksumType: row.checksum_type as ChecksumType | null,
  };
}
