import { spawn } from "node:child_process";
import { join } from "node:path";
import { PROJECT_ROOT } from "./longshore-process.ts";

export interface OperatorResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Every line of standard output, read as JSON. */
  json<Line = Record<string, unknown>>(): Line[];
}

/** Runs `longshore …` as a person does, in an environment without AWS variables. */
export function longshore(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<OperatorResult> {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", join(PROJECT_ROOT, "cli", "longshore.ts"), ...args],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", ...environment },
    },
  );
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) =>
      resolve({
        code,
        stdout,
        stderr,
        json: () =>
          stdout
            .split("\n")
            .filter(Boolean)
            .map((line) => JSON.parse(line)),
      }),
    );
  });
}
