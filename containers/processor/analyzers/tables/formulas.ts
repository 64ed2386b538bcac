import type { FormulaLike } from "../../../../events/results/tables.ts";
import type { Column } from "./column.ts";
import type { Connection } from "./engine.ts";
import { identifier, literal } from "./sql.ts";

const SHOWN_CELLS = 5;
const LONGEST_TEXT = 200;

/**
 * `=` or `@` before anything, `+` or `-` before what calls for more than arithmetic: a letter, a bracket, the `!` of a
 * sheet or the `|` of another program. So no dash, no telephone number and no list item is one.
 */
const FORMULA = "(?s)^(?:[=@]\\S|[+-](?:\\S.*)?[[:alpha:](!|])";

/**
 * Whether a spreadsheet program that opens a table takes a text cell for a formula: it begins like one and is no
 * number. Source: OWASP, "CSV Injection".
 */
function looksLikeFormula(column: string): string {
  const begins = `${column} >= '+' AND ${column} < 'A'`;
  const is = `regexp_matches(${column}, ${literal(FORMULA)}) AND TRY_CAST(${column} AS DOUBLE) IS NULL`;
  // The expression is for few cells; CASE keeps it from the others, AND would not.
  return `CASE WHEN ${begins} THEN ${is} ELSE false END`;
}

/** An aggregate: how many cells of a text column look like formulas. */
export function formulaLikeCount(column: string): string {
  return `count_if(${looksLikeFormula(column)})`;
}

/** The first ones, by row. */
export async function firstFormulas(
  connection: Connection,
  table: string,
  columns: readonly Column[],
): Promise<FormulaLike["first"]> {
  if (columns.length === 0) return [];
  const cells = columns.map(({ name }, index) => {
    const c = identifier(name);
    return `(SELECT rowid + 1 r, ${index} i, left(${c}, ${LONGEST_TEXT}) t FROM ${table}
             WHERE ${looksLikeFormula(c)} LIMIT ${SHOWN_CELLS})`;
  });
  const found = await connection.rows(
    `SELECT r::DOUBLE, i, t FROM (${cells.join(" UNION ALL ")}) ORDER BY r, i LIMIT ${SHOWN_CELLS}`,
  );
  return found.map(([row, index, text]) => ({
    row: Number(row),
    column: columns[Number(index)]?.name ?? "",
    text: String(text),
  }));
}
