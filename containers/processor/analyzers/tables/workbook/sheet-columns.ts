import type { CellValue } from "hucre";

type CellKind = "text" | "integer" | "number" | "boolean" | "date" | "time";

/** The columns of a sheet: names from its header, types from all of its cells. */
export class SheetColumns {
  readonly #names: string[];
  readonly #kinds: Set<CellKind>[] = [];

  /** @param names of the header; further columns are named by their position */
  constructor(names: readonly string[]) {
    this.#names = uniqueNames(names);
  }

  see(row: readonly CellValue[]): void {
    row.forEach((value, index) => {
      const kind = kindOf(value);
      const kinds = this.#kinds[index] ?? new Set();
      this.#kinds[index] = kinds;
      if (kind) kinds.add(kind);
    });
  }

  finish(): { name: string; type: string }[] {
    const width = Math.max(this.#names.length, this.#kinds.length);
    const names = uniqueNames(Array.from({ length: width }, (_, at) => this.#names[at] ?? `column${at}`));
    return names.map((name, index) => ({ name, type: typeOf(this.#kinds[index] ?? new Set()) }));
  }
}

function kindOf(value: CellValue): CellKind | undefined {
  if (value === null || value === "") return undefined;
  if (value instanceof Date) return value.getTime() % 86_400_000 === 0 ? "date" : "time";
  if (typeof value === "number") return Number.isSafeInteger(value) ? "integer" : "number";
  return typeof value === "boolean" ? "boolean" : "text";
}

/** A column of several kinds is text. */
function typeOf(kinds: ReadonlySet<CellKind>): string {
  const only = (...allowed: CellKind[]) => [...kinds].every((kind) => allowed.includes(kind));
  if (kinds.size === 0) return "VARCHAR";
  if (only("integer")) return "BIGINT";
  if (only("integer", "number")) return "DOUBLE";
  if (only("boolean")) return "BOOLEAN";
  if (only("date")) return "DATE";
  return only("date", "time") ? "TIMESTAMP" : "VARCHAR";
}

/** DuckDB tells columns apart without regard to case. */
function uniqueNames(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.map((name) => {
    const plain = name.replaceAll("\0", "").trim() || "column";
    let unique = plain;
    for (let count = 1; seen.has(unique.toLowerCase()); count++) unique = `${plain}_${count}`;
    seen.add(unique.toLowerCase());
    return unique;
  });
}
