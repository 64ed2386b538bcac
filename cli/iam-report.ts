#!/usr/bin/env node
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RECORD_VARIABLE, type RecordLine } from "../local/iam/decision-file.ts";
import { type RoleReport, reportRoles } from "../local/iam/report.ts";

const E2E_SUITE = ["npx", "vitest", "run", "--project", "e2e"];

/**
 * Runs the end-to-end suite, or the command that is given, and prints role by role what the runs in it used, were
 * refused, and never used of what they are granted. Ends with the command's exit code.
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
    for (const report of reportRoles(readLines(file))) process.stdout.write(show(report));
    return code ?? 1;
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

function show({ role, used, refused, neverUsed }: RoleReport): string {
  const lines = [
    "",
    role,
    ...[...used].map(([action, resources]) => `  used     ${action}  ${few(resources)}`),
    ...refused.map(({ action, resource, reason }) => `  REFUSED  ${action}  ${short(resource)}  ${reason}`),
    ...neverUsed.map(
      ({ actions, resources, policy, statement }) =>
        `  never    ${actions.join(", ")}  on ${resources.map(short).join(", ")}  (${policy}, statement ${statement})`,
    ),
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
