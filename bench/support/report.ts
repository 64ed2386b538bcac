import { cpus } from "node:os";
import { table } from "../../cli/table.ts";

/** Collects measured figures beside their targets, and prints them as one table. */
export class Report {
  readonly #rows: string[][] = [];

  /** @param better which way the target is met; the last column is above 1 where it is */
  add(figure: string, value: number, unit: string, target: number, better: "less" | "more"): void {
    const ratio = better === "less" ? target / value : value / target;
    const sign = better === "less" ? "≤" : "≥";
    this.#rows.push([
      figure,
      `${rounded(value)} ${unit}`,
      `${sign} ${target} ${unit}`,
      `${ratio.toFixed(2)} ×`,
    ]);
  }

  /** A figure without a target. */
  note(figure: string, value: string): void {
    this.#rows.push([figure, value, "", ""]);
  }

  print(): void {
    console.log(`\n${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}\n`);
    console.log(table(["Figure", "Measured", "Target", "Against target"], this.#rows));
  }
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export function rounded(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : value >= 0.1 ? 2 : 4);
}
