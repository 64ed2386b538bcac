import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import { alreadyExists, noSuchStream } from "../errors.ts";

export interface LogStream {
  readonly id: number;
  readonly groupId: number;
  readonly name: string;
  /** Times are milliseconds since the epoch; undefined before the first event. */
  readonly created: number;
  readonly firstTimestamp: number | undefined;
  readonly lastTimestamp: number | undefined;
  readonly lastIngestion: number | undefined;
  readonly storedBytes: number;
}

/** What a write adds to a stream. */
export interface StreamProgress {
  readonly first: number;
  readonly last: number;
  readonly ingested: number;
  readonly bytes: number;
}

export interface StreamQuery {
  readonly groupId: number;
  readonly prefix: string;
  readonly orderBy: "LogStreamName" | "LastEventTime";
  readonly descending: boolean;
  /** Sort key of the page before's last stream; undefined for the first page. */
  readonly after: StreamPosition | undefined;
  readonly limit: number;
}

/** `time` is 0 in the order of names, and for streams without events. */
export interface StreamPosition {
  readonly time: number;
  readonly name: string;
}

export type StreamStore = ReturnType<typeof openStreamStore>;

export function openStreamStore(database: DatabaseSync) {
  const insert = database.prepare("INSERT INTO logs_streams (group_id, name, created) VALUES (?, ?, ?)");
  const byName = database.prepare("SELECT * FROM logs_streams WHERE group_id = ? AND name = ?");
  const byId = database.prepare("SELECT name FROM logs_streams WHERE id = ?");
  const ids = database.prepare(
    "SELECT id FROM logs_streams WHERE group_id = ? AND substr(name, 1, length(?)) = ?",
  );
  const pages = {
    LogStreamName: orderedPages(database, undefined),
    LastEventTime: orderedPages(database, "coalesce(last_timestamp, 0)"),
  };
  const advance = database.prepare(
    `UPDATE logs_streams SET first_timestamp = min(coalesce(first_timestamp, ?1), ?1),
       last_timestamp = max(coalesce(last_timestamp, ?2), ?2), last_ingestion = ?3, stored_bytes = stored_bytes + ?4
     WHERE id = ?5`,
  );
  const takeOff = database.prepare(
    `UPDATE logs_streams SET stored_bytes = stored_bytes - ?,
       first_timestamp = (SELECT min(timestamp) FROM logs_events WHERE stream_id = logs_streams.id),
       last_timestamp = (SELECT max(timestamp) FROM logs_events WHERE stream_id = logs_streams.id)
     WHERE id = ?`,
  );
  const drop = database.prepare("INSERT INTO logs_dropped_streams (stream_id) VALUES (?)");
  const dropAll = database.prepare(
    "INSERT INTO logs_dropped_streams (stream_id) SELECT id FROM logs_streams WHERE group_id = ?",
  );
  const remove = database.prepare("DELETE FROM logs_streams WHERE id = ?");
  const removeAll = database.prepare("DELETE FROM logs_streams WHERE group_id = ?");

  const find = (groupId: number, name: string): LogStream | undefined => {
    const row = byName.get(groupId, name);
    return row && toStream(row);
  };
  const create = (groupId: number, name: string, created: number): number =>
    Number(insert.run(groupId, name, created).lastInsertRowid);
  return {
    find,
    /** @throws AwsError ResourceNotFoundException */
    get(groupId: number, name: string): LogStream {
      const stream = find(groupId, name);
      if (!stream) throw noSuchStream(name);
      return stream;
    },
    /** @throws AwsError ResourceAlreadyExistsException */
    create(groupId: number, name: string, created: number): number {
      if (find(groupId, name)) throw alreadyExists("stream", name);
      return create(groupId, name, created);
    },
    /** The stream's id; it is made when there is none. */
    ensure: (groupId: number, name: string, created: number): number =>
      find(groupId, name)?.id ?? create(groupId, name, created),
    nameOf(id: number): string | undefined {
      const row = byId.get(id);
      return row && String(row.name);
    },
    idsByPrefix: (groupId: number, prefix: string): number[] =>
      ids.all(groupId, prefix, prefix).map(({ id }) => Number(id)),
    list(query: StreamQuery): LogStream[] {
      const { groupId, prefix, orderBy, descending, after, limit } = query;
      const statements = pages[orderBy];
      const bounds = after ? ([after.time, after.name] as const) : undefined;
      const rows = descending
        ? statements.descending.all(
            groupId,
            prefix,
            prefix,
            ...(bounds ?? [Number.MAX_SAFE_INTEGER, ""]),
            limit,
          )
        : statements.ascending.all(groupId, prefix, prefix, ...(bounds ?? [-1, ""]), limit);
      return rows.map(toStream);
    },
    advance(id: number, { first, last, ingested, bytes }: StreamProgress): void {
      advance.run(first, last, ingested, bytes, id);
    },
    /** Takes deleted events' bytes off, and finds the stream's first and last event again. */
    takeOff(id: number, bytes: number): void {
      takeOff.run(bytes, id);
    },
    /** Removes the stream; its events are left to the sweep. */
    remove(id: number): void {
      drop.run(id);
      remove.run(id);
    },
    removeAll(groupId: number): void {
      dropAll.run(groupId);
      removeAll.run(groupId);
    },
  };
}

/** Selects in an order; without a time in it, the position's time is 0 throughout. */
function orderedPages(database: DatabaseSync, time: string | undefined) {
  const select = (comparison: "<" | ">", direction: "ASC" | "DESC") =>
    database.prepare(
      `SELECT * FROM logs_streams WHERE group_id = ? AND substr(name, 1, length(?)) = ?
         AND (${time ?? "0"}, name) ${comparison} (?, ?)
       ORDER BY ${time ? `${time} ${direction}, ` : ""}name ${direction} LIMIT ?`,
    );
  return { ascending: select(">", "ASC"), descending: select("<", "DESC") };
}

function toStream(row: Record<string, SQLOutputValue>): LogStream {
  const time = (value: SQLOutputValue | undefined) =>
    value === null || value === undefined ? undefined : Number(value);
  return {
    id: Number(row.id),
    groupId: Number(row.group_id),
    name: String(row.name),
    created: Number(row.created),
    firstTimestamp: time(row.first_timestamp),
    lastTimestamp: time(row.last_timestamp),
    lastIngestion: time(row.last_ingestion),
    storedBytes: Number(row.stored_bytes),
  };
}
