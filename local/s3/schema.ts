import type { DatabaseSync } from "node:sqlite";

/**
 * S3's tables. Keys are compared as bytes of UTF-8, which is S3's listing order.
 * `s3_parts.content` names what the part belongs to: an upload in progress or an object version; `start` is
 * the offset of its first byte there, which an upload does not know before it is complete.
 */
const TABLES = `
CREATE TABLE IF NOT EXISTS s3_sequence (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  value INTEGER NOT NULL
) STRICT;
INSERT OR IGNORE INTO s3_sequence VALUES (1, 0);

CREATE TABLE IF NOT EXISTS s3_buckets (
  name TEXT PRIMARY KEY,
  created INTEGER NOT NULL,
  config TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS s3_versions (
  sequence INTEGER PRIMARY KEY,
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  version_id TEXT NOT NULL,
  is_current INTEGER NOT NULL,
  is_delete_marker INTEGER NOT NULL,
  size INTEGER NOT NULL,
  etag TEXT NOT NULL,
  modified INTEGER NOT NULL,
  attributes TEXT NOT NULL,
  tags TEXT NOT NULL,
  checksum TEXT,
  part_count INTEGER,
  content TEXT NOT NULL,
  upload_id TEXT
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS s3_versions_by_id ON s3_versions (bucket, key, version_id);
CREATE UNIQUE INDEX IF NOT EXISTS s3_versions_current ON s3_versions (bucket, key) WHERE is_current = 1;
CREATE INDEX IF NOT EXISTS s3_versions_in_order ON s3_versions (bucket, key, sequence DESC);

CREATE TABLE IF NOT EXISTS s3_uploads (
  upload_id TEXT PRIMARY KEY,
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  initiated INTEGER NOT NULL,
  attributes TEXT NOT NULL,
  tags TEXT NOT NULL,
  checksum_algorithm TEXT,
  checksum_type TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS s3_uploads_by_key ON s3_uploads (bucket, key, upload_id);

CREATE TABLE IF NOT EXISTS s3_parts (
  content TEXT NOT NULL,
  number INTEGER NOT NULL,
  start INTEGER NOT NULL DEFAULT 0,
  size INTEGER NOT NULL,
  md5 TEXT NOT NULL,
  checksum TEXT NOT NULL,
  modified INTEGER NOT NULL,
  file TEXT,
  data BLOB,
  PRIMARY KEY (content, number)
) STRICT;
`;

export function createTables(database: DatabaseSync): void {
  database.exec(TABLES);
}
