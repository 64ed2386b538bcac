import { readFile, unlink } from "node:fs/promises";
import { basename, join } from "node:path";
import type { TableContent } from "../../../../../events/results/tables.ts";
import type { AnalysisLimits, OnProgress } from "../../../../kit/analyze.ts";
import { JobError } from "../../../../kit/job-error.ts";
import type { FileToAnalyze, Findings } from "../../analyzer.ts";
import { describeTable } from "../describe-table.ts";
import type { Connection } from "../engine.ts";
import { loadColumns } from "../load.ts";
import { NO_MALFORMED_LINES } from "../malformed.ts";
import { checkParts } from "./check-parts.ts";
import { writeSheetCsv } from "./sheet-csv.ts";
import { sheetNames } from "./sheet-names.ts";

/** Sheets beyond this many are named, and no more. */
const MOST_SHEETS = 20;

type DescribedSheet = NonNullable<TableContent["furtherSheets"]>[number];

/**
 * Excel: every sheet that has cells, one after another; the first of them stands for the workbook.
 * @throws JobError when the workbook is damaged, encrypted or a bomb
 */
export async function describeWorkbook(
  connection: Connection,
  file: FileToAnalyze,
  { memoryBytes }: AnalysisLimits,
  progress: OnProgress,
): Promise<Findings<TableContent>> {
  progress(5, "reading the workbook");
  const { bytes, sheets } = await opened(file, memoryBytes);
  const described: DescribedSheet[] = [];
  const damaged: JobError[] = [];
  const warnings: string[] = [];
  if (sheets.length > MOST_SHEETS) {
    warnings.push(`Of ${sheets.length} sheets the first ${MOST_SHEETS} are looked at`);
  }
  const looked = sheets.slice(0, MOST_SHEETS);
  for (const [index, sheet] of looked.entries()) {
    progress(5 + (95 * index) / looked.length, `looking at sheet ${index + 1} of ${looked.length}`);
    const which = sheets.length > 1 ? `Sheet ${JSON.stringify(sheet.slice(0, 50))}: ` : "";
    try {
      const found = await describeSheet(connection, file, bytes, sheet, index);
      if (!found) continue;
      described.push({ sheet, ...found.described });
      warnings.push(...found.warnings.map((warning) => `${which}${warning}`));
    } catch (error) {
      if (!(error instanceof JobError) || error.failureCause !== "unreadable") throw error;
      damaged.push(error);
      warnings.push(`${which}${error.message}`);
    }
  }
  // With nothing to say of any sheet, what is wrong with them is all there is to say.
  if (described.length === 0 && damaged[0]) throw damaged[0];
  const [first, ...furtherSheets] = described;
  if (!first) warnings.push("The workbook has no cells");
  const { sheet = sheets[0] ?? "", ...table } = first ?? NO_CELLS;
  return {
    facts: {
      type: file.type.label,
      rows: table.rows,
      columns: table.columnCount,
      ...(described.length > 1 && { sheets: described.length }),
    },
    warnings,
    content: {
      ...table,
      malformed: NO_MALFORMED_LINES,
      sheet,
      sheets,
      ...(furtherSheets.length > 0 && { furtherSheets }),
    },
  };
}

const NO_CELLS: Omit<DescribedSheet, "sheet"> & { sheet?: string } = {
  rows: 0,
  columnCount: 0,
  columns: [],
  sample: { columns: [], rows: [] },
};

async function opened(
  file: FileToAnalyze,
  memoryBytes: number,
): Promise<{ bytes: Uint8Array; sheets: string[] }> {
  return readingOf(file, async () => {
    await checkParts(file.path, file.sizeBytes, memoryBytes);
    const sheets = await sheetNames(file.path);
    if (sheets.length === 0) throw new Error("it has no sheets");
    return { bytes: await readFile(file.path), sheets };
  });
}

/** Nothing of a sheet without cells. */
async function describeSheet(
  connection: Connection,
  file: FileToAnalyze,
  workbook: Uint8Array,
  sheet: string,
  index: number,
) {
  const csvPath = join(file.folder, `${basename(file.path)}-${index}.csv`);
  try {
    const csv = await readingOf(file, () => writeSheetCsv(workbook, sheet, csvPath));
    if (csv.columns.length === 0) return undefined;
    return await describeTable(connection, await loadColumns(connection, csvPath, csv.columns), () => {});
  } finally {
    await unlink(csvPath).catch(() => {});
  }
}

/** What the readers of workbooks throw says what is wrong with the workbook. */
async function readingOf<Result>(
  { path, type }: FileToAnalyze,
  read: () => Promise<Result>,
): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof JobError) throw error;
    if ("code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT")) throw error;
    const message = error.message.replaceAll(path, "the file").slice(0, 200);
    throw new JobError("unreadable", `It cannot be read as ${type.label}: ${message}`, { cause: error });
  }
}
