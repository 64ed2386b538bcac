import type { FileToAnalyze } from "../analyzer.ts";
import { type Column, columnOf } from "./column.ts";
import type { Connection, Value } from "./engine.ts";
import {
  type Malformed,
  malformedCsvLines,
  malformedJsonLines,
  NO_MALFORMED_LINES,
  rejectsTable,
  uncastableColumns,
  unevenLines,
} from "./malformed.ts";
import { columnsSource, type SourceOptions, sourceOf } from "./source.ts";
import { identifier } from "./sql.ts";
import { numeric } from "./values.ts";

/** The table that a file is loaded into, in its connection alone. */
export const TABLE = "data";
const SAMPLE_ROWS = 10;
/** Share of lines with too few cells from which on that is the file's way, and not damage; and how many at least. */
const RAGGED = 0.2;
const FEWEST_RAGGED = 5;
/** Columns beyond this many are named, and no more. */
const MOST_COLUMNS = 500;

/** A table that can be asked about. */
export interface Loaded {
  readonly rows: number;
  readonly columns: readonly Column[];
  /** Further columns, of which only name and type are known. */
  readonly leftOut: readonly Column[];
  readonly sample: readonly (readonly Value[])[];
  readonly malformed: Malformed;
  readonly warnings: readonly string[];
}

/** Reads a table whose format says what its columns are. */
export async function loadTyped(connection: Connection, file: FileToAnalyze): Promise<Loaded> {
  const leftOut = await loadTypedAs(connection, file, {});
  return { ...(await counted(connection)), leftOut, malformed: NO_MALFORMED_LINES, warnings: [] };
}

/** Reads NDJSON; lines that are not JSON are left out. */
export async function loadJsonLines(connection: Connection, file: FileToAnalyze): Promise<Loaded> {
  try {
    return await loadTyped(connection, file);
  } catch (error) {
    if (!(error instanceof Error) || !/^Invalid Input Error/.test(error.message)) throw error;
    const leftOut = await loadTypedAs(connection, file, { lenient: true });
    const malformed = await malformedJsonLines(file);
    // DuckDB makes such lines rows without values, which look like those of `{}`: as many go as are malformed.
    await connection.run(
      `DELETE FROM ${TABLE} WHERE rowid IN
         (SELECT rowid FROM ${TABLE} WHERE COLUMNS(*) IS NULL LIMIT ${malformed.lines})`,
    );
    return { ...(await counted(connection)), leftOut, malformed, warnings: [] };
  }
}

async function loadTypedAs(
  connection: Connection,
  file: FileToAnalyze,
  options: SourceOptions,
): Promise<readonly Column[]> {
  const { sql, leftOut } = await chosenFrom(connection, sourceOf(file, options));
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${TABLE} AS ${sql}`);
  return leftOut;
}

async function counted(connection: Connection) {
  const [[rows] = []] = await connection.rows(`SELECT count(*)::DOUBLE FROM ${TABLE}`);
  return described(connection, Number(rows));
}

/** Reads CSV; when its quotes or lines are too odd for that, it is read again, taking them as they come. */
export async function loadCsv(connection: Connection, file: FileToAnalyze): Promise<Loaded> {
  try {
    return await loadCsvAs(connection, file, {});
  } catch (error) {
    if (!(error instanceof Error) || !/sniffing|CSV Error/i.test(error.message)) throw error;
    const loaded = await loadCsvAs(connection, file, { lenient: true });
    const warning = "Its quotes or line lengths follow no rule; it is read as far as that goes";
    return { ...loaded, warnings: [warning, ...loaded.warnings] };
  }
}

/** Reads CSV of our own making, whose columns are known. */
export async function loadColumns(
  connection: Connection,
  path: string,
  columns: readonly { readonly name: string; readonly type: string }[],
): Promise<Loaded> {
  const { sql, leftOut } = await chosenFrom(connection, columnsSource(path, columns));
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${TABLE} AS ${sql}`);
  return { ...(await counted(connection)), leftOut, malformed: NO_MALFORMED_LINES, warnings: [] };
}

/** A value that does not fit its column's type makes the column text; only broken lines are left out. */
async function loadCsvAs(
  connection: Connection,
  file: FileToAnalyze,
  options: SourceOptions,
): Promise<Loaded> {
  const source = sourceOf(file, options);
  const wide = (file.type.dialect?.firstRecord.length ?? 0) > MOST_COLUMNS;
  const chosen = wide ? await chosenFrom(connection, source) : { sql: `FROM ${source}`, leftOut: [] };
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${TABLE} AS ${chosen.sql}`);
  const [[rows, rejects] = []] = await connection.rows(
    `SELECT (SELECT count(*) FROM ${TABLE})::DOUBLE, (SELECT count(*) FROM ${rejectsTable(options)})::DOUBLE`,
  );
  if (Number(rejects) > 0 && options.padded === undefined && !options.lenient) {
    const { short, long } = await unevenLines(connection, options);
    if (long === 0 && short >= FEWEST_RAGGED && short > RAGGED * (Number(rows) + short)) {
      const loaded = await loadCsvAs(connection, file, { padded: true });
      // DuckDB passes over short lines before the first long one.
      if (loaded.rows < Number(rows) + short) return loadCsvAs(connection, file, { padded: false });
      const warning = `${short} lines have fewer cells than there are columns; the missing ones are empty`;
      return { ...loaded, warnings: [warning, ...loaded.warnings] };
    }
  }
  if (Number(rejects) > 0 && !options.asText) {
    const uncastable = await uncastableColumns(connection, options);
    if (uncastable.length > 0) {
      const asText = uncastable.map(({ name }) => name);
      const loaded = await loadCsvAs(connection, file, { ...options, asText });
      const warnings = uncastable.map(
        ({ name, values }) =>
          `Column ${name} is read as text: ${values} of its values do not fit the others' type`,
      );
      return { ...loaded, warnings: [...warnings, ...loaded.warnings] };
    }
  }
  const malformed = Number(rejects) > 0 ? await malformedCsvLines(connection, options) : NO_MALFORMED_LINES;
  return { ...(await described(connection, Number(rows))), leftOut: chosen.leftOut, malformed, warnings: [] };
}

interface Chosen {
  readonly sql: string;
  readonly leftOut: readonly Column[];
}

/** All columns, or the first of very many: a table takes memory for each, however few its rows. */
async function chosenFrom(connection: Connection, source: string): Promise<Chosen> {
  const all = (await connection.rows(`DESCRIBE FROM ${source}`)).map(([name, type]) =>
    columnOf(String(name), String(type)),
  );
  if (all.length <= MOST_COLUMNS) return { sql: `FROM ${source}`, leftOut: [] };
  const names = all.slice(0, MOST_COLUMNS).map(({ name }) => identifier(name));
  return { sql: `SELECT ${names.join(", ")} FROM ${source}`, leftOut: all.slice(MOST_COLUMNS) };
}

/** Only a description tells JSON from text: in rows they are the same. */
async function described(connection: Connection, rows: number) {
  const columns = (await connection.rows(`DESCRIBE ${TABLE}`)).map(([name, type]) =>
    columnOf(String(name), String(type)),
  );
  const sample = await connection.rows(`FROM ${TABLE} LIMIT ${SAMPLE_ROWS}`);
  const readable = sample.map((row) =>
    row.map((cell, index) => (columns[index]?.kind === "number" ? numeric(cell) : cell)),
  );
  return { rows, columns, sample: readable };
}
