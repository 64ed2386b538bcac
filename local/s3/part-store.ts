import type { DatabaseSync, SQLOutputValue } from "node:sqlite";

/** A run of an object's bytes: in a data file or, when small, in the database. */
export interface Part {
  /** 1 to 10,000. */
  readonly number: number;
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal. */
  readonly md5: string;
  /** Base64, by the algorithm of the upload or object. */
  readonly checksum: string;
  /** Milliseconds since the epoch. */
  readonly modified: number;
  /** Id of the data file, or null. */
  readonly file: string | null;
  readonly data: Uint8Array | null;
}

/** A part in its place in an object. */
export interface PlacedPart extends Part {
  /** Offset of its first byte. */
  readonly start: number;
}

/** Parts of uploads and of objects; an object that came in one piece has one. */
export type PartStore = ReturnType<typeof createPartStore>;

const COLUMNS = "number, size, md5, checksum, modified, file, data";

export function createPartStore(database: DatabaseSync) {
  const put = database.prepare(
    `INSERT OR REPLACE INTO s3_parts (content, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const one = database.prepare(`SELECT start, ${COLUMNS} FROM s3_parts WHERE content = ? AND number = ?`);
  const within = database.prepare(
    `SELECT start, ${COLUMNS} FROM s3_parts
       WHERE content = ? AND start <= ? AND start + size > ? ORDER BY number`,
  );
  const page = database.prepare(
    `SELECT number, size, md5, checksum, modified, file, NULL AS data FROM s3_parts
       WHERE content = ? AND number > ? ORDER BY number LIMIT ?`,
  );
  const move = database.prepare(
    "UPDATE s3_parts SET content = ?, start = ? WHERE content = ? AND number = ?",
  );
  const clear = database.prepare("DELETE FROM s3_parts WHERE content = ? RETURNING file");
  const files = database.prepare("SELECT file FROM s3_parts WHERE file IS NOT NULL");
  return {
    /** @returns the data file of the part that it replaces, which is free now */
    put: (content: string, part: Part): string[] => {
      const previous = one.get(content, part.number);
      put.run(content, part.number, part.size, part.md5, part.checksum, part.modified, part.file, part.data);
      return typeof previous?.file === "string" ? [previous.file] : [];
    },
    one: (content: string, number: number): PlacedPart | undefined => {
      const row = one.get(content, number);
      return row && toPlacedPart(row);
    },
    /** An object's parts that hold any of the bytes from `start` to `end`, both included. */
    within: (content: string, start: number, end: number): PlacedPart[] =>
      within.all(content, end, start).map(toPlacedPart),
    /** Parts after number `after`, without their data. */
    page: (content: string, after: number, limit: number): Part[] =>
      page.all(content, after, limit).map(toPart),
    /** Gives one part of an upload to an object, where it begins at byte `start`. */
    move: (from: string, number: number, to: string, start: number): void => {
      move.run(to, start, from, number);
    },
    /** Removes all parts. @returns the data files that are free now */
    clear: (content: string): string[] =>
      clear.all(content).flatMap((row) => (typeof row.file === "string" ? [row.file] : [])),
    /** Every data file in use. */
    files: (): Set<string> => new Set(files.all().map((row) => String(row.file))),
  };
}

function toPlacedPart(row: Record<string, SQLOutputValue>): PlacedPart {
  return { ...toPart(row), start: Number(row.start) };
}

function toPart(row: Record<string, SQLOutputValue>): Part {
  return {
    number: Number(row.number),
    size: Number(row.size),
    md5: String(row.md5),
    checksum: String(row.checksum),
    modified: Number(row.modified),
    file: row.file === null ? null : String(row.file),
    data: row.data instanceof Uint8Array ? row.data : null,
  };
}
