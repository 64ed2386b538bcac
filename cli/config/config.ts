import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { z } from "zod";
import { PROJECT_ROOT } from "../project-root.ts";
import { contextOf } from "../start/flags.ts";
import { UserError } from "../user-error.ts";
import { configText } from "./config-text.ts";
import { effectiveConfig } from "./effective-config.ts";

/** Compiled, as this file is, in the package that infra/packaging/ makes. */
const PRINT_CONFIG = `print-config${extname(import.meta.filename)}`;
const cdkJson = z.looseObject({ context: z.record(z.string(), z.unknown()).default({}) });

const USAGE = [
  "Usage: longshore config [-c NAME=VALUE…] [--json]",
  "",
  "  -c, --context NAME=VALUE  CDK context, as of cdk deploy: -c longshore:network=nat; may be given several times",
  "  --json                    print it for programs",
].join("\n");

/** `longshore config`: the settings in force, where each is from, and what they cost a month. */
export async function config(args: readonly string[]): Promise<number> {
  const flags = parse(args);
  if (flags.help) {
    console.log(USAGE);
    return 0;
  }
  const cdk = cdkJson.parse(JSON.parse(await readFile(join(PROJECT_ROOT, "cdk.json"), "utf8")));
  const printed = await printConfig({ ...cdk.context, ...contextOf(flags.context) });
  console.log(flags.json ? printed.trim() : configText(effectiveConfig.parse(JSON.parse(printed))));
  return 0;
}

/** In a process of its own, as CDK's command line starts the app: what is in `infra/` is not the command line's to load. */
async function printConfig(context: Readonly<Record<string, unknown>>): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", join(PROJECT_ROOT, "infra", PRINT_CONFIG)],
      { env: { ...process.env, CDK_CONTEXT_JSON: JSON.stringify(context) } },
    );
    return stdout;
  } catch (error) {
    const { stderr } = z.object({ stderr: z.string().default("") }).parse(error);
    throw new UserError(stderr.trim() || String(error), { cause: error });
  }
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        context: { type: "string", multiple: true, short: "c", default: [] as string[] },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`, {
      cause: error,
    });
  }
}
