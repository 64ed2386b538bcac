import { readFileSync } from "node:fs";
import { cpus, loadavg, platform, release, totalmem } from "node:os";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../infra/project-root.ts";
import type { Figure } from "./figure.ts";
import { FIGURE_HEAD, figureCells } from "./report.ts";

/** What one bench has measured. */
export interface BenchRun {
  /** Relative to the repository. */
  readonly file: string;
  /** What it measures, in a sentence. */
  readonly purpose: string;
  readonly figures: readonly Figure[];
  readonly seconds: number;
  /** Why there are not all figures. */
  readonly failure?: string;
}

/** docs/performance.md. */
export function performancePage(runs: readonly BenchRun[], at: Date): string {
  const figures = runs.flatMap((run) => run.figures);
  const missed = figures.filter(({ met }) => met === false).length;
  const withTarget = figures.filter(({ met }) => met !== undefined).length;
  const notRun = figures.flatMap(({ peer }) =>
    peer && "notRun" in peer ? [`${peer.name} (${peer.notRun})`] : [],
  );
  const lines = [
    "# Performance",
    "",
    "Written by `npm run bench`; edit nothing here. Every figure was measured in one run, on one machine, beside its peer",
    "where it has one. *Against peer* is above 1 where Longshore is better, whichever way the unit counts.",
    "",
    ...machine(at),
    "",
    `${withTarget - missed} of ${withTarget} targets are met. ${peersNotRun(notRun)}`,
    ...runs.flatMap(section),
  ];
  return `${lines.join("\n")}\n`;
}

function machine(at: Date): string[] {
  const gib = (totalmem() / 2 ** 30).toFixed(0);
  return [
    `- ${at.toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model.trim()}, ${gib} GiB, ${platform()} ${release()}; load average at the end ${loadavg()[1]?.toFixed(1)}`,
    `- Node.js ${process.version}; ${["aws-cdk-lib", "fauxqs", "dynalite", "@duckdb/node-api"].map((name) => `${name} ${versionOf(name)}`).join(", ")}`,
  ];
}

/** As package.json pins it. */
function versionOf(name: string): string {
  const { dependencies = {}, devDependencies = {} } = JSON.parse(
    readFileSync(join(PROJECT_ROOT, "package.json"), "utf8"),
  ) as Record<"dependencies" | "devDependencies", Record<string, string> | undefined>;
  return dependencies[name] ?? devDependencies[name] ?? "?";
}

function peersNotRun(names: readonly string[]): string {
  return names.length === 0 ? "Every peer ran." : `Not run: ${[...new Set(names)].join(", ")}.`;
}

function section({ file, purpose, figures, seconds, failure }: BenchRun): string[] {
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [
    "",
    `## ${file}`,
    "",
    purpose,
    `It took ${seconds.toFixed(0)} s.`,
    ...(failure === undefined ? [] : ["", `**It did not come to its end: ${failure}.**`]),
    "",
    row(FIGURE_HEAD),
    row(FIGURE_HEAD.map(() => "---")),
    ...figures.map((figure) => row(figureCells(figure))),
  ];
}
