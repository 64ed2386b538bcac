import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "./longshore-process.ts";

/**
 * The app synthesized with settings of a test's own; below the project, where images find their modules.
 * @returns the assembly's folder, and how to be rid of it
 */
export function synthesizeWith(
  name: string,
  settings: Readonly<Record<string, string>>,
): { readonly directory: string; remove(): void } {
  const directory = join(PROJECT_ROOT, ".cache", `${name}-${process.pid}`);
  const { context } = JSON.parse(readFileSync(join(PROJECT_ROOT, "cdk.json"), "utf8")) as { context: object };
  const own = Object.entries(settings).map(([setting, value]) => [`longshore:${setting}`, value]);
  execFileSync(process.execPath, [join(PROJECT_ROOT, "infra", "app.ts")], {
    cwd: PROJECT_ROOT,
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      PATH: process.env.PATH ?? "",
      CDK_OUTDIR: directory,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...Object.fromEntries(own) }),
    },
  });
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
