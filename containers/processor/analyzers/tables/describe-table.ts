import type { DescribedTable } from "../../../../events/results/tables.ts";
import type { Connection, Value } from "./engine.ts";
import { type Loaded, TABLE } from "./load.ts";
import { profile } from "./profile.ts";

const MOST_SAMPLED_COLUMNS = 100;
const LONGEST_CELL = 200;

/** A loaded table in the words of the result document, and what was odd about it. */
export async function describeTable(
  connection: Connection,
  loaded: Loaded,
  onPercent: (percent: number) => void,
): Promise<{ described: DescribedTable; warnings: string[] }> {
  const { rows, columns, leftOut, malformed, sample } = loaded;
  const profiled = await profile(connection, TABLE, rows, columns, onPercent);
  const { cells, first } = profiled.formulas;
  const columnCount = columns.length + leftOut.length;
  const warnings = [...loaded.warnings];
  if (rows === 0) warnings.push("The table has no rows");
  if (malformed.lines > 0) {
    warnings.push(
      `${malformed.lines} ${malformed.lines === 1 ? "line is" : "lines are"} malformed and left out`,
    );
  }
  if (cells > 0) warnings.push(formulaWarning(cells, first));
  if (leftOut.length > 0) {
    warnings.push(`Of ${columnCount} columns the first ${columns.length} are described`);
  }
  return {
    warnings,
    described: {
      rows,
      columnCount,
      columns: [...profiled.columns, ...leftOut.map(({ name, type }) => ({ name, type }))],
      sample: {
        columns: columns.slice(0, MOST_SAMPLED_COLUMNS).map(({ name }) => name),
        rows: sample.map((row) => row.slice(0, MOST_SAMPLED_COLUMNS).map(shortened)),
      },
      ...(cells > 0 && { formulaLike: { cells, first: [...first] } }),
    },
  };
}

/** Names rows and columns; what is in the cells stays in the document. */
function formulaWarning(cells: number, first: readonly { row: number; column: string }[]): string {
  const places = first.map(({ row, column }) => `${column.slice(0, 50)} in row ${row}`);
  const more = cells > first.length ? ", …" : "";
  return `Cells that begin like formulas, which a spreadsheet program would run: ${cells} (${places.join(", ")}${more})`;
}

function shortened(cell: Value): Value {
  const text = typeof cell === "string" ? cell : typeof cell === "object" ? JSON.stringify(cell) : undefined;
  return text !== undefined && text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : cell;
}
