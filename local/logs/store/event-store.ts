import type { DatabaseSync, SQLOutputValue } from "node:sqlite";

/** What CloudWatch Logs counts for each event besides its message's bytes. */
export const EVENT_OVERHEAD_BYTES = 26;

export interface StoredEvent {
  readonly id: number;
  readonly streamId: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly ingested: number;
  readonly message: string;
}

/** A place in the order of events, which is by timestamp and then by arrival. */
export interface Position {
  readonly timestamp: number;
  readonly id: number;
}

export type Found = Position & Pick<StoredEvent, "streamId">;

export type EventStore = ReturnType<typeof openEventStore>;

/** Events in their order. Scans give positions only, which come from an index; messages are fetched one by one. */
export function openEventStore(database: DatabaseSync) {
  const insert = database.prepare(
    "INSERT INTO logs_events (group_id, stream_id, timestamp, ingested, message) VALUES (?, ?, ?, ?, ?)",
  );
  const byId = database.prepare("SELECT * FROM logs_events WHERE id = ?");
  const forward = (owner: "group_id" | "stream_id") =>
    database.prepare(
      `SELECT id, stream_id, timestamp FROM logs_events
       WHERE ${owner} = ? AND (timestamp, id) >= (?, ?) AND timestamp <= ? ORDER BY timestamp, id LIMIT ?`,
    );
  const inGroup = forward("group_id");
  const inStream = forward("stream_id");
  const inStreamBackward = database.prepare(
    `SELECT id, stream_id, timestamp FROM logs_events
     WHERE stream_id = ? AND (timestamp, id) < (?, ?) AND timestamp >= ? ORDER BY timestamp DESC, id DESC LIMIT ?`,
  );
  const older = database.prepare(
    `SELECT id, stream_id, length(CAST(message AS BLOB)) AS bytes FROM logs_events
     WHERE group_id = ? AND timestamp < ? ORDER BY timestamp, id LIMIT ?`,
  );
  const remove = database.prepare("DELETE FROM logs_events WHERE id = ?");
  const removeOfStream = database.prepare(
    "DELETE FROM logs_events WHERE id IN (SELECT id FROM logs_events WHERE stream_id = ? LIMIT ?)",
  );
  return {
    insert(groupId: number, event: Omit<StoredEvent, "id">): void {
      insert.run(groupId, event.streamId, event.timestamp, event.ingested, event.message);
    },
    get(id: number): StoredEvent | undefined {
      const row = byId.get(id);
      return row && { ...toFound(row), ingested: Number(row.ingested), message: String(row.message) };
    },
    /** From `from` on, up to and with timestamp `until`. */
    inGroup: (groupId: number, from: Position, until: number, limit: number): Found[] =>
      inGroup.all(groupId, from.timestamp, from.id, until, limit).map(toFound),
    inStream: (streamId: number, from: Position, until: number, limit: number): Found[] =>
      inStream.all(streamId, from.timestamp, from.id, until, limit).map(toFound),
    /** Before `before`, newest first, down to timestamp `since`. */
    inStreamBackward: (streamId: number, before: Position, since: number, limit: number): Found[] =>
      inStreamBackward.all(streamId, before.timestamp, before.id, since, limit).map(toFound),
    /** Deletes up to `limit` events older than `before`. @returns how many, and the bytes taken off each stream */
    removeOlder(groupId: number, before: number, limit: number) {
      const rows = older.all(groupId, before, limit);
      const bytes = new Map<number, number>();
      for (const row of rows) {
        remove.run(Number(row.id));
        const streamId = Number(row.stream_id);
        bytes.set(streamId, (bytes.get(streamId) ?? 0) + Number(row.bytes) + EVENT_OVERHEAD_BYTES);
      }
      return { count: rows.length, bytes };
    },
    /** Deletes up to `limit` events of a stream. @returns how many */
    removeOfStream: (streamId: number, limit: number): number =>
      Number(removeOfStream.run(streamId, limit).changes),
  };
}

function toFound(row: Record<string, SQLOutputValue>): Found {
  return { id: Number(row.id), streamId: Number(row.stream_id), timestamp: Number(row.timestamp) };
}
