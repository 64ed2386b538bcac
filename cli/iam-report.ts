#!/usr/bin/env node
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EXPECTED_REFUSALS, GRANTED_BUT_UNUSED } from "../infra/granted-but-unused.ts";
import { RECORD_VARIABLE, type RecordLine } from "../local/iam/decision-file.ts";
import { type Judged, judgeRole } from "../local/iam/judge-report.ts";
import { type RoleReport, reportRoles } from "../local/iam/report.ts";

const E2E_SUITE = ["npx", "vitest", "run", "--project", "e2e"];

/**
 * Runs the end-to-end suite, or the command that is given, and prints role by role what the runs in it used, were
 * refused, and never used of what they are granted. Ends with the command's exit code, else with 1 when a grant of
 * Longshore's own was never used or a call was refused, and infra/granted-but-unused.ts has no reason for it.
 */
async function main(args: readonly string[]): Promise<number> {
  const [program = "", ...rest] = args.length > 0 ? args : E2E_SUITE;
  const directory = mkdtempSync(join(tmpdir(), "longshore-iam-"));
  try {
    const file = join(directory, "decisions.jsonl");
    const child = spawn(program, rest, {
      stdio: "inherit",
      env: { ...process.env, [RECORD_VARIABLE]: file },
    });
    const [code] = (await once(child, "close")) as [number | null];
    const reports = reportRoles(readLines(file)).map((report) => ({ report, judged: judge(report) }));
    for (const { report, judged } of reports) process.stdout.write(show(report, judged));
    const open = reports.flatMap(({ judged }) => [...judged.neverUsed, ...judged.refused].filter(isOpen));
    process.stdout.write(
      open.length === 0
        ? "\nEach grant is used or has a reason, and each refusal is one that a test asks for.\n"
        : `\n${open.length} without a reason (NEVER or REFUSED above): take the grant away, use it in a test, or say why in infra/granted-but-unused.ts.\n`,
    );
    return code === 0 && open.length > 0 ? 1 : (code ?? 1);
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

/** A test's own stacks are granted what their tests are about. */
const isOwn = (role: string) => role.startsWith("Longshore-");
const isOpen = ({ reason }: Judged) => reason === undefined;

function judge(report: RoleReport) {
  const judged = judgeRole(report, { unused: GRANTED_BUT_UNUSED, refusals: EXPECTED_REFUSALS });
  return isOwn(report.role) ? judged : { ...judged, neverUsed: [] };
}

function show({ role, used }: RoleReport, { neverUsed, refused }: ReturnType<typeof judge>): string {
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
