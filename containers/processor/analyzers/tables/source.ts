import type { DetectedType } from "../../detect.ts";
import type { FileToAnalyze } from "../analyzer.ts";
import { rejectsTable } from "./malformed.ts";
import { literal } from "./sql.ts";

/** Beyond this many, further lines are left out without being counted. */
const MOST_REJECTS = 100_000;
/** One record of JSON; a longer one makes the file unreadable. */
const LARGEST_JSON_BYTES = 64 * 2 ** 20;

/** How DuckDB is told to read a file. */
export interface SourceOptions {
  /** Columns to be read as text, because not all of their values fit the type that was inferred. */
  readonly asText?: readonly string[];
  /** Of CSV: what a short line lacks is empty; false: this has been tried. */
  readonly padded?: boolean;
  /** Of CSV: read quotes and short lines as they come. Of NDJSON: make malformed lines rows without values. */
  readonly lenient?: boolean;
}

/**
 * A table function call over the file. The path is the staging's own, with nothing of the object's key in it; the
 * compression is the content's, as staged files have no endings to guess it from.
 */
export function sourceOf({ path, type }: FileToAnalyze, options: SourceOptions): string {
  switch (type.format) {
    case "parquet":
      return `read_parquet(${literal(path)}, hive_partitioning = false)`;
    case "json":
      return json(path, type, "array", options);
    case "ndjson":
      return json(path, type, "newline_delimited", options);
    default:
      return csv(path, type, options);
  }
}

/** Of CSV whose columns are known: nothing is guessed. */
export function columnsSource(
  path: string,
  columns: readonly { readonly name: string; readonly type: string }[],
): string {
  const types = columns.map(({ name, type }) => `${literal(name)}: ${literal(type)}`);
  const parameters = [
    literal(path),
    "auto_detect = false",
    "header = true",
    "delim = ','",
    `quote = '"'`,
    `escape = '"'`,
    "null_padding = true",
    "parallel = false",
    `columns = {${types.join(", ")}}`,
  ];
  return `read_csv(${parameters.join(", ")})`;
}

function json(
  path: string,
  type: DetectedType,
  format: "array" | "newline_delimited",
  { lenient }: SourceOptions,
): string {
  const parameters = [
    literal(path),
    `format = '${format}'`,
    `compression = ${literal(type.compression ?? "uncompressed")}`,
    `maximum_object_size = ${LARGEST_JSON_BYTES}`,
    "hive_partitioning = false",
    ...(lenient ? ["ignore_errors = true"] : []),
  ];
  return `read_json(${parameters.join(", ")})`;
}

function csv(path: string, type: DetectedType, options: SourceOptions): string {
  const { asText = [], lenient, padded } = options;
  const table = rejectsTable(options);
  const parameters = [
    literal(path),
    `compression = ${literal(type.compression ?? "none")}`,
    `delim = ${literal(type.dialect?.delimiter ?? ",")}`,
    `quote = '"'`,
    `escape = ${literal(type.dialect?.escape ?? '"')}`,
    `encoding = ${literal(type.encoding ?? "utf-8")}`,
    "hive_partitioning = false",
    "store_rejects = true",
    `rejects_table = ${literal(table)}`,
    `rejects_scan = ${literal(`${table}_scan`)}`,
    `rejects_limit = ${MOST_REJECTS}`,
    ...(type.dialect?.decimal === "," ? ["decimal_separator = ','"] : []),
    ...(type.dialect?.skippedLines ? [`skip = ${type.dialect.skippedLines}`] : []),
    ...(lenient ? ["strict_mode = false"] : []),
    // In parallel, DuckDB does not pad where quotes hold line breaks.
    ...(lenient || padded ? ["null_padding = true", "parallel = false"] : []),
    ...(asText.length > 0
      ? [`types = {${asText.map((column) => `${literal(column)}: 'VARCHAR'`).join(", ")}}`]
      : []),
  ];
  return `read_csv(${parameters.join(", ")})`;
}
