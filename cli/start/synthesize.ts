import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { z } from "zod";
import { UserError } from "../user-error.ts";
import { sourceHash } from "./source-hash.ts";

const STAMP = "longshore-sources.sha256";
const cdkJson = z.looseObject({
  app: z.string().optional(),
  context: z.record(z.string(), z.unknown()).default({}),
});

export interface Synthesis {
  /** The cloud assembly's folder. */
  readonly directory: string;
  /** False when the sources have not changed since the last synthesis. */
  readonly synthesized: boolean;
  readonly milliseconds: number;
}

/**
 * Runs the CDK app as the CDK command line does, into `cdk.out`, unless nothing it reads has changed.
 * @param context in addition to that of cdk.json, and before it
 * @throws UserError with the app's own words when it fails
 */
export async function synthesize(
  projectRoot: string,
  context: Readonly<Record<string, string>> = {},
): Promise<Synthesis> {
  const began = performance.now();
  const directory = join(projectRoot, "cdk.out");
  const hash = await sourceHash(projectRoot, JSON.stringify([process.version, context, ownVariables()]));
  const stamp = join(directory, STAMP);
  const synthesized = (await readFile(stamp, "utf8").catch(() => "")) !== hash;
  if (synthesized) {
    const cdk = cdkJson.parse(JSON.parse(await readFile(join(projectRoot, "cdk.json"), "utf8")));
    if (cdk.app === undefined) {
      throw new UserError(
        "Longshore is installed as a package, and has no app of its own: synthesize yours, and name what it wrote with --assembly cdk.out",
      );
    }
    await mkdir(directory, { recursive: true });
    await runApp(cdk.app, { ...cdk.context, ...context }, directory, projectRoot);
    await writeFile(stamp, hash);
  }
  return { directory, synthesized, milliseconds: Math.round(performance.now() - began) };
}

/** Variables that the app may read its settings from. */
function ownVariables(): [string, string | undefined][] {
  return Object.entries(process.env)
    .filter(([name]) => name.startsWith("LONGSHORE_"))
    .sort();
}

/** The contract between CDK's command line and an app: output folder and context in the environment. */
async function runApp(
  app: string,
  context: Record<string, unknown>,
  directory: string,
  projectRoot: string,
): Promise<void> {
  const path = [dirname(process.execPath), join(projectRoot, "node_modules", ".bin"), process.env.PATH];
  const child = spawn(app, {
    cwd: projectRoot,
    shell: true,
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...process.env,
      PATH: path.filter(Boolean).join(delimiter),
      CDK_OUTDIR: directory,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      // aws-cdk-lib is large; compiled code is kept between runs.
      NODE_COMPILE_CACHE: join(projectRoot, "node_modules", ".cache", "compile"),
    },
  });
  let messages = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    messages += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new UserError(`Synthesis failed (${app}):\n${messages.trim()}`);
}
