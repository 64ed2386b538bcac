import type { AnalysisLimits } from "../../../../kit/analyze.ts";
import type { FileToAnalyze } from "../../analyzer.ts";
import type { Connection } from "../engine.ts";
import type { Loaded } from "../load.ts";

/** Excel: the first sheet with rows is loaded. The reader comes with the first workbook. */
export async function loadWorkbook(
  connection: Connection,
  file: FileToAnalyze,
  limits: AnalysisLimits,
): Promise<Loaded> {
  const { loadFirstSheet } = await import("./first-sheet.ts");
  return loadFirstSheet(connection, file, limits);
}
