import type { TableContent } from "../../../../events/results/tables.ts";
import type { AnalysisLimits } from "../../../kit/analyze.ts";
import { JobError } from "../../../kit/job-error.ts";
import { checkCompression } from "../../compression.ts";
import type { Analyzer, Checkpoint, FileToAnalyze, Findings } from "../analyzer.ts";
import { type Connection, connect, forgetInstance, type Value } from "./engine.ts";
import { headerOf } from "./header.ts";
import { type Loaded, loadCsv, loadJsonLines, loadTyped, TABLE } from "./load.ts";
import { checkNesting } from "./nesting.ts";
import { profile } from "./profile.ts";
import { loadWorkbook } from "./workbook/load-workbook.ts";

const MOST_SAMPLED_COLUMNS = 100;
const LONGEST_CELL = 200;

const FORMATS = new Set(["csv", "tsv", "ndjson", "json", "parquet", "xlsx"]);

/** CSV, TSV, NDJSON, JSON arrays, Parquet and Excel, text also in gzip and Zstandard; read by DuckDB. */
export const tables: Analyzer<TableContent> = {
  name: "tables",
  version: "2",
  accepts: ({ format }) => FORMATS.has(format),
  async analyze(file, limits, checkpoint) {
    using connection = await connect(file.workFolder, limits);
    try {
      return await analyzeTable(connection, file, limits, checkpoint);
    } catch (error) {
      throw asJobError(error, file);
    }
  },
};

async function analyzeTable(
  connection: Connection,
  file: FileToAnalyze,
  limits: AnalysisLimits,
  { progress }: Checkpoint,
): Promise<Findings<TableContent>> {
  const { type } = file;
  progress(5, "reading the table");
  const intact = type.compression && (await checkCompression(file.path, type.compression, file.sizeBytes));
  const loaded = await load(connection, file, limits);
  const { columns, leftOut, malformed } = loaded;
  progress(30, "looking at the columns");
  const { profiles, formulaLikeCells } = await profile(connection, TABLE, loaded.rows, columns, (percent) =>
    progress(30 + percent * 0.7, "looking at the columns"),
  );
  const warnings = [...(intact?.warnings ?? []), ...loaded.warnings];
  if (loaded.rows === 0) warnings.push("The table has no rows");
  if (malformed.lines > 0) {
    warnings.push(
      `${malformed.lines} ${malformed.lines === 1 ? "line is" : "lines are"} malformed and left out`,
    );
  }
  if (formulaLikeCells > 0) {
    warnings.push(
      `Cells that begin like formulas, which a spreadsheet program would run: ${formulaLikeCells}`,
    );
  }
  const columnCount = columns.length + leftOut.length;
  if (leftOut.length > 0) {
    warnings.push(`Of ${columnCount} columns the first ${columns.length} are described`);
  }
  const names = columns.map(({ name }) => name);
  const { dialect, encoding, compression, label } = type;
  return {
    facts: {
      type: label,
      rows: loaded.rows,
      columns: columnCount,
      ...(malformed.lines > 0 && { malformedLines: malformed.lines }),
    },
    warnings,
    content: {
      rows: loaded.rows,
      columnCount,
      ...(dialect && { delimiter: dialect.delimiter, header: headerOf(dialect, names) }),
      ...(encoding && { encoding }),
      ...(compression && { compression, uncompressedBytes: intact?.bytes }),
      columns: [...profiles, ...leftOut.map(({ name, type }) => ({ name, type }))],
      sample: {
        columns: names.slice(0, MOST_SAMPLED_COLUMNS),
        rows: loaded.sample.map((row) => row.slice(0, MOST_SAMPLED_COLUMNS).map(shortened)),
      },
      malformed,
      ...(formulaLikeCells > 0 && { formulaLikeCells }),
      ...(loaded.workbook && { sheet: loaded.workbook.sheet, sheets: [...loaded.workbook.sheets] }),
    },
  };
}

async function load(connection: Connection, file: FileToAnalyze, limits: AnalysisLimits): Promise<Loaded> {
  if (file.type.format === "xlsx") return loadWorkbook(connection, file, limits);
  if (file.type.dialect) return loadCsv(connection, file);
  if (file.type.format === "parquet") return loadTyped(connection, file);
  await checkNesting(file);
  return file.type.format === "ndjson" ? loadJsonLines(connection, file) : loadTyped(connection, file);
}

function shortened(cell: Value): Value {
  const text = typeof cell === "string" ? cell : typeof cell === "object" ? JSON.stringify(cell) : undefined;
  return text !== undefined && text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : cell;
}

/** DuckDB says what it ran out of, and what it could not read, in the message. */
function asJobError(error: unknown, { type, path }: FileToAnalyze): unknown {
  if (!(error instanceof Error) || error instanceof JobError) return error;
  const message = reasonOf(error, path);
  if (message.startsWith("Out of Memory Error")) {
    return new JobError("out-of-memory", `The ${type.label} does not fit: ${message}`, {
      retriable: true,
      cause: error,
    });
  }
  if (/No space left on device/i.test(error.message)) {
    return new JobError("disk-full", `The ${type.label} does not fit on the disk: ${message}`, {
      cause: error,
    });
  }
  if (/^(INTERNAL|FATAL) Error/.test(message)) forgetInstance();
  if (
    !/^(Invalid Input|Invalid|Conversion|IO|Out of Range|Serialization|Not implemented) Error/.test(message)
  ) {
    return error;
  }
  return new JobError("unreadable", `It cannot be read as ${type.label}: ${message}`, { cause: error });
}

/** The telling lines of a message, without lines of the file, its place on the disk, and without advice on SQL. */
function reasonOf({ message }: Error, path: string): string {
  const [beginning = ""] = message.split(
    /\n\s*(?:file =|LINE \d+:|The search space)|\n?\s*Possible (?:fixes|solutions?)/i,
  );
  const telling = beginning
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("Original Line:"));
  const said = telling
    .join(" ")
    .replaceAll(`file "${path}"`, "the file")
    .replaceAll(`file '${path}'`, "the file");
  return said.replaceAll(path, "the file").trim().slice(0, 300);
}
