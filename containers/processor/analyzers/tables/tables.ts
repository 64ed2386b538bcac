import type { TableContent } from "../../../../events/results/tables.ts";
import type { AnalysisLimits } from "../../../kit/analyze.ts";
import { JobError } from "../../../kit/job-error.ts";
import { checkCompression } from "../../compression.ts";
import type { CsvDialect } from "../../detect/csv-dialect.ts";
import type { Analyzer, Checkpoint, FileToAnalyze, Findings } from "../analyzer.ts";
import { describeTable } from "./describe-table.ts";
import { type Connection, connect, forgetInstance } from "./engine.ts";
import { headerOf } from "./header.ts";
import { type Loaded, loadCsv, loadJsonLines, loadTyped } from "./load.ts";
import { checkNesting } from "./nesting.ts";

/** Of the time that an analysis takes, about so much goes into reading. */
const LOADING_SHARE = 0.5;

const FORMATS = new Set(["csv", "tsv", "ndjson", "json", "parquet", "xlsx"]);

/** CSV, TSV, NDJSON, JSON arrays, Parquet and Excel, text also in gzip and Zstandard; read by DuckDB. */
export const tables: Analyzer<TableContent> = {
  name: "tables",
  version: "4",
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
  if (type.format === "xlsx") {
    // The reader comes with the first workbook.
    const { describeWorkbook } = await import("./workbook/describe-workbook.ts");
    return describeWorkbook(connection, file, limits, progress);
  }
  const { dialect, encoding, compression } = type;
  const intact = compression && (await checkCompression(file.path, compression, file.sizeBytes));
  const loaded = await connection.watched(
    (percent) => progress(5 + percent * LOADING_SHARE, "reading the table"),
    () => load(connection, file),
  );
  const { described, warnings } = await describeTable(connection, loaded, (percent) =>
    progress(5 + 100 * LOADING_SHARE + percent * (0.95 - LOADING_SHARE), "looking at the columns"),
  );
  const names = loaded.columns.map(({ name }) => name);
  const { malformed } = loaded;
  return {
    facts: {
      type: type.label,
      rows: described.rows,
      columns: described.columnCount,
      ...(malformed.lines > 0 && { malformedLines: malformed.lines }),
    },
    warnings: [...(intact?.warnings ?? []), ...commentsOf(dialect), ...warnings],
    content: {
      ...described,
      ...(dialect && { delimiter: dialect.delimiter, header: headerOf(dialect, names) }),
      ...(dialect?.decimal === "," && { decimalSeparator: dialect.decimal }),
      ...(encoding && { encoding }),
      ...(compression && { compression, uncompressedBytes: intact?.bytes }),
      malformed,
    },
  };
}

function commentsOf(dialect: CsvDialect | undefined): string[] {
  const lines = dialect?.skippedLines ?? 0;
  if (lines === 0) return [];
  return [`The first ${lines === 1 ? "line is a comment" : `${lines} lines are comments`} and left out`];
}

async function load(connection: Connection, file: FileToAnalyze): Promise<Loaded> {
  if (file.type.dialect) return loadCsv(connection, file);
  if (file.type.format === "parquet") return loadTyped(connection, file);
  await checkNesting(file);
  return file.type.format === "ndjson" ? loadJsonLines(connection, file) : loadTyped(connection, file);
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
