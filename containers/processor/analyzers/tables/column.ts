/** What can be said about a column follows from which of these it is. */
export type ColumnKind = "number" | "time" | "boolean" | "text" | "nested";

export interface Column {
  readonly name: string;
  /** As DuckDB names it. */
  readonly type: string;
  readonly kind: ColumnKind;
}

export function columnOf(name: string, type: string): Column {
  return { name, type, kind: kindOf(type) };
}

function kindOf(type: string): ColumnKind {
  if (/[[\]()]/.test(type.replace(/^DECIMAL\(.*\)$/, "")) || type === "JSON") return "nested";
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$|FLOAT|DOUBLE|DECIMAL)/.test(type)) return "number";
  if (/^(DATE$|TIMESTAMP)/.test(type)) return "time";
  if (type === "BOOLEAN") return "boolean";
  return type === "VARCHAR" ? "text" : "nested";
}
