/**
 * Runs every bench, one after another, and writes docs/performance.md from what they print.
 *
 *   npm run bench [-- <name of a bench>…]
 *
 * A bench is a file right in bench/: `--json` makes it print one `Figure` a line. Nothing else should run meanwhile.
 */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { PROJECT_ROOT } from "../../infra/project-root.ts";
import { type Figure, figure } from "./figure.ts";
import { type BenchRun, performancePage } from "./performance-page.ts";

/** No bench takes as long; one that hangs must not take the others with it. */
const LONGEST_MS = 6 * 60_000;
const BENCHES = join(PROJECT_ROOT, "bench");

const wanted = process.argv.slice(2);
const files = readdirSync(BENCHES).filter((file) => file.endsWith(".ts"));
const chosen = files.filter((file) => wanted.length === 0 || wanted.includes(basename(file, ".ts")));
const runs: BenchRun[] = [];
for (const file of chosen.toSorted()) {
  console.error(`${file} …`);
  const run = await runBench(file);
  console.error(`${file}: ${run.figures.length} figures in ${run.seconds.toFixed(0)} s${failureOf(run)}`);
  runs.push(run);
}
if (wanted.length === 0) {
  writeFileSync(join(PROJECT_ROOT, "docs", "performance.md"), performancePage(runs, new Date()));
} else {
  console.log(performancePage(runs, new Date()));
}
if (runs.some(({ failure }) => failure !== undefined)) process.exitCode = 1;

async function runBench(file: string): Promise<BenchRun> {
  const path = join(BENCHES, file);
  const began = performance.now();
  const figures: Figure[] = [];
  const problems: string[] = [];
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", path, "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
    timeout: LONGEST_MS,
  });
  const closed = new Promise<string | undefined>((resolve) => {
    child.once("close", (code, signal) =>
      resolve(code === 0 ? undefined : `ended with ${signal ?? `code ${code}`}`),
    );
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const parsed = readFigure(line);
    if (parsed) figures.push(parsed);
    else problems.push(`printed "${line.slice(0, 80)}", which is no figure`);
  }
  const failure = (await closed) ?? problems[0];
  const seconds = (performance.now() - began) / 1_000;
  return { file: `bench/${file}`, purpose: purposeOf(path), figures, seconds, ...(failure && { failure }) };
}

function readFigure(line: string): Figure | undefined {
  try {
    return figure.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** The first sentence of the file's docstring. */
function purposeOf(path: string): string {
  const [, comment = ""] = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(path, "utf8")) ?? [];
  const [paragraph = ""] = comment
    .replace(/^\s*\* ?/gm, "")
    .trim()
    .split(/\n\s*\n/);
  return paragraph.replace(/\s+/g, " ");
}

function failureOf({ failure }: BenchRun): string {
  return failure === undefined ? "" : `; ${failure}`;
}
