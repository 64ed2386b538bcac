import { cpus } from "node:os";
import { table } from "../../cli/table.ts";
import { againstPeer, againstTarget, type Better, type Figure } from "./figure.ts";

/**
 * Collects measured figures beside their peers and targets, and prints them: as one table, or with `--json` on the
 * command line as one `Figure` a line, from which `npm run bench` writes docs/performance.md.
 */
export class Report {
  readonly #figures: Figure[] = [];

  /** A figure with a target of its own. @param better which way the target is met */
  add(name: string, value: number, unit: string, target: number, better: Better): void {
    this.#figures.push(againstTarget(name, value, unit, target, better));
  }

  /**
   * A figure beside that of what people would use instead, measured in the same run.
   * @param atLeast target: how many times better than the peer
   */
  compare(
    name: string,
    value: number,
    unit: string,
    peer: { readonly name: string; readonly figure: number },
    better: Better,
    atLeast?: number,
  ): void {
    this.#figures.push(againstPeer(name, value, unit, peer, better, atLeast));
  }

  /** A figure whose peer is not on this machine. @param reason such as `not installed` */
  peerNotRun(name: string, value: number, unit: string, peer: string, reason: string): void {
    this.#figures.push({ name, figure: value, unit, peer: { name: peer, notRun: reason } });
  }

  /** A figure without a target. */
  note(name: string, words: string): void {
    this.#figures.push({ name, figure: words, unit: "" });
  }

  print(): void {
    if (process.argv.includes("--json")) {
      for (const figure of this.#figures) console.log(JSON.stringify(figure));
      return;
    }
    console.log(`\n${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}\n`);
    console.log(table(FIGURE_HEAD, this.#figures.map(figureCells)));
  }
}

export const FIGURE_HEAD = ["Figure", "Measured", "Peer", "Against peer", "Target", ""] as const;

/** A figure as the cells of a table's row. */
export function figureCells({ name, figure, unit, peer, ratio, target, met }: Figure): string[] {
  return [
    name,
    inUnit(figure, unit),
    peer ? `${peer.name}: ${"notRun" in peer ? `not run, ${peer.notRun}` : inUnit(peer.figure, unit)}` : "",
    ratio === undefined ? "" : `${rounded(ratio)} ×`,
    target ?? "",
    met === undefined ? "" : met ? "met" : "MISSED",
  ];
}

function inUnit(figure: number | string, unit: string): string {
  return `${typeof figure === "string" ? figure : rounded(figure)} ${unit}`.trimEnd();
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export function rounded(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : value >= 0.1 ? 2 : 4);
}
