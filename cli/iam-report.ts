#!/usr/bin/env node
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { EXPECTED_REFUSALS, GRANTED_BUT_UNUSED } from "../infra/granted-but-unused.ts";
import { RECORD_VARIABLE, type RecordLine } from "../local/iam/decision-file.ts";
import { type Judged, type JudgedRole, judgeRoles, type Stale } from "../local/iam/judge-report.ts";
import { type RoleReport, reportRoles } from "../local/iam/report.ts";
import { PROJECT_ROOT } from "./project-root.ts";

const E2E_SUITE = ["npx", "vitest", "run", "--project", "e2e"];

/** Test files whose tests are skipped on some machines; every other one is to leave a record. */
const MAY_BE_SKIPPED: Readonly<Record<string, string>> = {
  "docker-engine": "skipped where no container engine answers",
};

/**
 * Runs the end-to-end suite, or the command that is given, and prints role by role what the runs in it used, were
 * refused, and never used of what they are granted. Ends with the command's exit code, else with 1 when a grant of
 * Longshore's own was never used or a call was refused, and infra/granted-but-unused.ts has no reason for it. After the
 * suite, also for a reason there that nothing needs, and for a test file that left no record.
 */
async function main(args: readonly string[]): Promise<number> {
  const [program = "", ...rest] = args.length > 0 ? args : E2E_SUITE;
  const isSuite = args.length === 0;
  const directory = mkdtempSync(join(tmpdir(), "longshore-iam-"));
  try {
    const child = spawn(program, rest, {
      stdio: "inherit",
      env: { ...process.env, [RECORD_VARIABLE]: join(directory, "decisions.jsonl") },
    });
    const [code] = (await once(child, "close")) as [number | null];
    const records = readdirSync(directory).map((file) => ({
      name: basename(file, ".jsonl"),
      lines: readLines(join(directory, file)),
    }));
    const reports = reportRoles(records.flatMap(({ lines }) => lines)).map(withoutOthers);
    const { roles, stale } = judgeRoles(reports, { unused: GRANTED_BUT_UNUSED, refusals: EXPECTED_REFUSALS });
    for (const [index, role] of roles.entries()) process.stdout.write(show(role, reports[index]?.used));
    const open = roles.flatMap(({ neverUsed, refused }) => [...neverUsed, ...refused].filter(isOpen)).length;
    const faults = [
      ...(open > 0
        ? [
            `${open} without a reason (NEVER or REFUSED above): take the grant away, use it in a test, or say why in infra/granted-but-unused.ts.`,
          ]
        : []),
      ...(isSuite
        ? [...stale.map(showStale), ...withoutRecord(new Set(records.map(({ name }) => name)))]
        : []),
    ];
    for (const { name, lines } of records) process.stdout.write(`\n${name}: ${counted(lines)}`);
    process.stdout.write(
      faults.length === 0
        ? "\n\nEach grant is used or has a reason, and each refusal is one that a test asks for.\n"
        : `\n\n${faults.join("\n")}\n`,
    );
    return code === 0 && faults.length > 0 ? 1 : (code ?? 1);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A run that is killed while it writes leaves half a line at the end. */
function readLines(file: string): RecordLine[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as RecordLine];
      } catch {
        return [];
      }
    });
}

function counted(lines: readonly RecordLine[]): string {
  const decisions = lines.filter((line) => line.kind === "decision");
  const refused = decisions.filter(({ decision }) => decision === "denied").length;
  return `${new Set(decisions.map(({ principal }) => principal)).size} roles and services, ${decisions.length} distinct decisions, ${refused} of them refusals`;
}

/** Test files of the suite that no run has left a record for, without an excuse. */
function withoutRecord(recorded: ReadonlySet<string>): string[] {
  const missing = readdirSync(join(PROJECT_ROOT, "test", "e2e"))
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => basename(file, ".test.ts"))
    .filter((name) => !recorded.has(name));
  for (const name of missing) {
    if (MAY_BE_SKIPPED[name]) process.stdout.write(`\n${name}: no record, ${MAY_BE_SKIPPED[name]}`);
  }
  return missing
    .filter((name) => !MAY_BE_SKIPPED[name])
    .map((name) => `test/e2e/${name}.test.ts has left no record: nothing above tells of its runs.`);
}

function showStale({ reason, patterns }: Stale): string {
  return `Stale in infra/granted-but-unused.ts: nothing needs ${patterns.join(", ")} of "${reason}"`;
}

/** A test's own stacks are granted what their tests are about. */
function withoutOthers(report: RoleReport): RoleReport {
  return report.role.startsWith("Longshore-") ? report : { ...report, neverUsed: [] };
}

function isOpen({ reason }: Judged): boolean {
  return reason === undefined;
}

function show({ role, neverUsed, refused }: JudgedRole, used: RoleReport["used"] = new Map()): string {
  const line = (words: readonly [string, string], { actions, resources, reason }: Judged) =>
    `  ${words[reason === undefined ? 1 : 0].padEnd(8)} ${actions.join(", ")}  on ${few(resources)}${reason === undefined ? "" : `  (${reason})`}`;
  const lines = [
    "",
    role,
    ...[...used].map(([action, resources]) => `  used     ${action}  ${few(resources)}`),
    ...refused.map((one) => line(["refused", "REFUSED"], one)),
    ...neverUsed.map((one) => line(["never", "NEVER"], one)),
  ];
  return `${lines.join("\n")}\n`;
}

function few(resources: readonly string[]): string {
  const [first = "", ...others] = resources;
  return others.length === 0 ? short(first) : `${short(first)} and ${others.length} more`;
}

/** Region and account are the same everywhere here. */
function short(arn: string): string {
  return arn.replace(/^arn:[^:]*:([^:]*):[^:]*:[^:]*:/, "$1:");
}

process.exitCode = await main(process.argv.slice(2));
