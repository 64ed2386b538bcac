import type { DatabaseSync } from "node:sqlite";

/**
 * Events of a deleted stream stay until a sweep has taken them away bit by bit, so that deleting a large log group
 * holds nobody up; `logs_dropped_streams` tells the sweep, over restarts too. Ids are never used twice.
 */
export function createTables(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE IF NOT EXISTS logs_groups (
      id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, created INTEGER NOT NULL,
      retention_days INTEGER, stored_bytes INTEGER NOT NULL DEFAULT 0, tags TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS logs_streams (
      id INTEGER PRIMARY KEY AUTOINCREMENT, group_id INTEGER NOT NULL, name TEXT NOT NULL, created INTEGER NOT NULL,
      first_timestamp INTEGER, last_timestamp INTEGER, last_ingestion INTEGER,
      stored_bytes INTEGER NOT NULL DEFAULT 0, UNIQUE (group_id, name)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS logs_events (
      id INTEGER PRIMARY KEY AUTOINCREMENT, group_id INTEGER NOT NULL, stream_id INTEGER NOT NULL,
      timestamp INTEGER NOT NULL, ingested INTEGER NOT NULL, message TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS logs_events_of_stream ON logs_events (stream_id, timestamp, id);
    CREATE INDEX IF NOT EXISTS logs_events_of_group ON logs_events (group_id, timestamp, id, stream_id);
    CREATE TABLE IF NOT EXISTS logs_dropped_streams (stream_id INTEGER PRIMARY KEY) STRICT;
  `);
}
