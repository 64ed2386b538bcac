import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { z } from "zod";
import type { Pipeline } from "../../../events/pipeline.ts";
import { DEPLOYMENT_FILE, type Deployment } from "../../../functions/kit/deployment.ts";
import { parseConfig } from "../../../infra/config.ts";
import { LongshoreStack } from "../../../infra/longshore-stack.ts";
import { pipelines as ownPipelines } from "../../../infra/pipelines.ts";

const cdkJson = z.looseObject({ context: z.record(z.string(), z.unknown()) });

/** The feature flags that `cdk synth` would pass; without them an app in a test is another app. */
const context = cdkJson.parse(
  JSON.parse(readFileSync(new URL("../../../cdk.json", import.meta.url), "utf8")),
).context;

export interface Wishes {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly pipelines?: readonly Pipeline[];
  /** Whether functions are bundled and assets copied; without, the template has other hashes and is made in no time. */
  readonly assets?: boolean;
}

/** What the command line says with `--no-staging`, and for stacks whose functions it need not bundle. */
const WITHOUT_ASSETS = { "aws:cdk:bundling-stacks": [], "aws:cdk:disable-asset-staging": true };

/** Makes the app as `infra/app.ts` does, with other settings or pipelines, and lets `use` look at it. */
export function withApp<Result>(
  { settings = {}, pipelines = ownPipelines, assets = true }: Wishes,
  use: (made: { app: App; stack: LongshoreStack; directory: string }) => Result,
): Result {
  const directory = mkdtempSync(join(tmpdir(), "longshore-synth-"));
  try {
    const app = new App({ context: { ...context, ...(assets ? {} : WITHOUT_ASSETS) }, outdir: directory });
    const stack = new LongshoreStack(app, "Longshore", { config: parseConfig(settings), pipelines });
    return use({ app, stack, directory });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export function synthesize(wishes: Wishes = {}) {
  return withApp(wishes, ({ app, directory }) => {
    const assembly = app.synth();
    const artifact = assembly.getStackByName("Longshore");
    const names = ["Longshore.template.json", "Longshore.assets.json"];
    return {
      template: Template.fromJSON(artifact.template),
      /** The template and its assets' manifest, as they are written. */
      files: Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name), "utf8")])),
      /** What lies beside the code of functions. */
      deployments: readdirSync(directory)
        .map((asset) => join(directory, asset, DEPLOYMENT_FILE))
        .filter((file) => existsSync(file))
        .map((file) => JSON.parse(readFileSync(file, "utf8")) as Deployment),
      messages: artifact.messages,
      lookups: assembly.manifest.missing ?? [],
    };
  });
}
