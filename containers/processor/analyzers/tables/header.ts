import type { CsvDialect } from "../../detect/csv-dialect.ts";

/** Whether the first record was taken for the columns' names. Without one, DuckDB names them column0, column1, … */
export function headerOf({ firstRecord }: CsvDialect, names: readonly string[]): boolean {
  return (
    names.some((name, index) => name === firstRecord[index]?.trim() && !/^column\d+$/.test(name)) ||
    firstRecord.every((field, index) => field.trim() === names[index])
  );
}
