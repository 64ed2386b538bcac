import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { decompressor } from "../../compression.ts";
import type { FileToAnalyze } from "../analyzer.ts";
import type { Connection } from "./engine.ts";
import type { SourceOptions } from "./source.ts";
import { literal } from "./sql.ts";

/** Lines that could not be read, and are left out of all numbers. */
export interface Malformed {
  readonly lines: number;
  readonly first: { readonly line: number; readonly text: string; readonly reason: string }[];
}

export const NO_MALFORMED_LINES: Malformed = { lines: 0, first: [] };

const SHOWN_LINES = 5;
const LONGEST_TEXT = 200;

/** Where DuckDB notes the lines that it rejects; each reading of the file has a table of its own. */
export function rejectsTable({ asText, lenient, padded }: SourceOptions): string {
  return `rejects${lenient ? "_lenient" : ""}${padded === undefined ? "" : padded ? "_padded" : "_uneven"}${asText ? "_as_text" : ""}`;
}

/** How many lines have fewer cells than there are columns, and how many have more. */
export async function unevenLines(
  connection: Connection,
  options: SourceOptions,
): Promise<{ short: number; long: number }> {
  const lines = (type: string) => `count(DISTINCT line) FILTER (error_type = ${literal(type)})::DOUBLE`;
  const [[short, long] = []] = await connection.rows(
    `SELECT ${lines("MISSING COLUMNS")}, ${lines("TOO MANY COLUMNS")} FROM ${rejectsTable(options)}`,
  );
  return { short: Number(short), long: Number(long) };
}

/** Asked only when there are any. */
export async function malformedCsvLines(connection: Connection, options: SourceOptions): Promise<Malformed> {
  const table = rejectsTable(options);
  const first = await connection.rows(
    `SELECT line::DOUBLE, left(first(csv_line), ${LONGEST_TEXT}), first(error_message ORDER BY column_idx)
     FROM ${table} GROUP BY line ORDER BY line LIMIT ${SHOWN_LINES}`,
  );
  const [[lines] = []] = await connection.rows(`SELECT count(DISTINCT line)::DOUBLE FROM ${table}`);
  return {
    lines: Number(lines),
    first: first.map(([line, text, reason]) => ({
      line: Number(line),
      text: String(text ?? ""),
      reason: String(reason),
    })),
  };
}

/** Columns with values that their inferred type cannot hold; the lines themselves are sound. */
export async function uncastableColumns(
  connection: Connection,
  options: SourceOptions,
): Promise<{ name: string; values: number }[]> {
  const columns = await connection.rows(
    `SELECT column_name, count(*)::DOUBLE FROM ${rejectsTable(options)}
     WHERE error_type = 'CAST' AND column_name IS NOT NULL GROUP BY 1 ORDER BY 1`,
  );
  return columns.map(([name, values]) => ({ name: String(name), values: Number(values) }));
}

/** Of NDJSON: DuckDB leaves out lines that are not JSON without saying which. Asked only when it did. */
export async function malformedJsonLines({ path, type }: FileToAnalyze): Promise<Malformed> {
  const raw = createReadStream(path);
  const input = type.compression ? raw.pipe(decompressor(type.compression)) : raw;
  const first: { line: number; text: string; reason: string }[] = [];
  let lines = 0;
  let line = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      line++;
      const reason = text.trim() === "" ? undefined : whyNotJson(text);
      if (reason === undefined) continue;
      lines++;
      if (first.length < SHOWN_LINES) first.push({ line, text: text.slice(0, LONGEST_TEXT), reason });
    }
  } catch (error) {
    // A stream that is cut off has been warned of; what came before counts.
    if (!(error instanceof Error && "code" in error && String(error.code).startsWith("Z_"))) throw error;
  }
  return { lines, first };
}

function whyNotJson(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, LONGEST_TEXT) : String(error);
  }
}
