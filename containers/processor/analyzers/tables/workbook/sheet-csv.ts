import { createReadStream } from "node:fs";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { type CellValue, streamXlsxRows } from "hucre";
import { SheetColumns } from "./sheet-columns.ts";

/** Excel's own limit. */
const MOST_ROWS = 1_048_576;
const FLUSH_CHARACTERS = 512 * 1024;

/** A sheet as CSV, and what its cells tell of its columns. */
export interface SheetCsv {
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/**
 * Writes one sheet as CSV that DuckDB reads: a header, then the rows that are not empty. The first row names the
 * columns when it holds nothing but text.
 */
export async function writeSheetCsv(workbook: Uint8Array, sheet: string, path: string): Promise<SheetCsv> {
  // Any row may be the widest: the header is known at the end.
  const bodyPath = `${path}.body`;
  try {
    const { rows, columns } = await writeRows(workbook, sheet, bodyPath);
    await using file = await open(path, "wx");
    const named = columns.finish();
    await file.appendFile(`${named.map(({ name }) => quoted(name)).join(",")}\n`);
    for await (const chunk of createReadStream(bodyPath)) await file.appendFile(chunk);
    return { rows, columns: named };
  } finally {
    await unlink(bodyPath).catch(() => {});
  }
}

async function writeRows(
  workbook: Uint8Array,
  sheet: string,
  path: string,
): Promise<{ rows: number; columns: SheetColumns }> {
  await using file: FileHandle = await open(path, "wx");
  let columns: SheetColumns | undefined;
  let text = "";
  let rows = 0;
  for await (const { values } of streamXlsxRows(workbook, { sheet })) {
    const filled = values.slice(0, values.findLastIndex((value) => value !== null && value !== "") + 1);
    if (filled.length === 0) continue;
    if (!columns) {
      const isHeader = filled.every((value) => typeof value === "string" && value.trim() !== "");
      columns = new SheetColumns(isHeader ? filled.map(String) : []);
      if (isHeader) continue;
    }
    if (rows >= MOST_ROWS) break;
    columns.see(filled);
    text += `${filled.map(field).join(",")}\n`;
    rows++;
    if (text.length > FLUSH_CHARACTERS) {
      await file.appendFile(text);
      text = "";
    }
  }
  await file.appendFile(text);
  return { rows, columns: columns ?? new SheetColumns([]) };
}

function field(value: CellValue): string {
  if (value === null) return "";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "" : dateField(value);
  return typeof value === "string" ? quoted(value) : String(value);
}

function dateField(date: Date): string {
  return date.toISOString().slice(0, 19).replace("T", " ");
}

function quoted(text: string): string {
  return `"${text.replaceAll("\0", "").replaceAll('"', '""')}"`;
}
