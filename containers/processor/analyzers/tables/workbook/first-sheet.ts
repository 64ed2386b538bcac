import { readFile, unlink } from "node:fs/promises";
import { basename, join } from "node:path";
import type { AnalysisLimits } from "../../../../kit/analyze.ts";
import { JobError } from "../../../../kit/job-error.ts";
import type { FileToAnalyze } from "../../analyzer.ts";
import type { Connection } from "../engine.ts";
import { type Loaded, loadColumns } from "../load.ts";
import { checkParts } from "./check-parts.ts";
import { type SheetCsv, writeSheetCsv } from "./sheet-csv.ts";
import { sheetNames } from "./sheet-names.ts";

/** Empty sheets that are passed over in search of one with rows. */
const MOST_TRIED = 20;

export async function loadFirstSheet(
  connection: Connection,
  file: FileToAnalyze,
  { memoryBytes }: AnalysisLimits,
): Promise<Loaded> {
  const csvPath = join(file.folder, `${basename(file.path)}.csv`);
  try {
    const { sheet, sheets, csv } = await readSheet(file, memoryBytes, csvPath);
    const loaded = await loadColumns(connection, csvPath, csv.columns);
    const others = sheets.length - 1;
    const warnings = others > 0 ? [`Of ${sheets.length} sheets ${JSON.stringify(sheet)} is described`] : [];
    return { ...loaded, warnings: [...loaded.warnings, ...warnings], workbook: { sheet, sheets } };
  } finally {
    await unlink(csvPath).catch(() => {});
  }
}

/** @throws JobError when the workbook is damaged, encrypted or a bomb */
async function readSheet(
  { path, sizeBytes, type }: FileToAnalyze,
  memoryBytes: number,
  csvPath: string,
): Promise<{ sheet: string; sheets: string[]; csv: SheetCsv }> {
  try {
    await checkParts(path, sizeBytes, memoryBytes);
    const sheets = await sheetNames(path);
    const workbook = await readFile(path);
    for (const [index, sheet] of sheets.slice(0, MOST_TRIED).entries()) {
      const csv = await writeSheetCsv(workbook, sheet, csvPath);
      const last = index === Math.min(sheets.length, MOST_TRIED) - 1;
      if (csv.columns.length > 0 || last) return { sheet, sheets, csv };
      await unlink(csvPath);
    }
    throw new Error("it has no sheets");
  } catch (error) {
    if (!(error instanceof Error) || error instanceof JobError) throw error;
    if ("code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT")) throw error;
    const message = error.message.replaceAll(path, "the file").slice(0, 200);
    throw new JobError("unreadable", `It cannot be read as ${type.label}: ${message}`, { cause: error });
  }
}
