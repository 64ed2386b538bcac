import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import type { Pipeline } from "../../../events/pipeline.ts";
import { parseConfig } from "../../../infra/config.ts";
import { LongshoreStack } from "../../../infra/longshore-stack.ts";
import { PROJECT_ROOT } from "./longshore-process.ts";

/**
 * The app with pipelines and settings of a test's own; below the project, where images find their modules.
 * @param change what somebody has done to the stack since
 * @returns the assembly's folder, and how to be rid of it
 */
export function synthesizePipelines(
  name: string,
  pipelines: readonly Pipeline[],
  settings: Readonly<Record<string, unknown>> = {},
  change: (stack: LongshoreStack) => void = () => {},
): { readonly directory: string; remove(): void } {
  const directory = join(PROJECT_ROOT, ".cache", `${name}-${process.pid}`);
  const { context } = JSON.parse(readFileSync(join(PROJECT_ROOT, "cdk.json"), "utf8"));
  const app = new App({ context, outdir: directory });
  change(new LongshoreStack(app, "Longshore", { config: parseConfig(settings), pipelines }));
  app.synth();
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
