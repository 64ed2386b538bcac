/** Synthesizes the app into CDK_OUTDIR with settings and, when asked, a task of its own for every object. */
import { App } from "aws-cdk-lib";
import { parseConfig } from "../../infra/config.ts";
import { LongshoreStack } from "../../infra/longshore-stack.ts";
import { pipelines } from "../../infra/pipelines.ts";

const [settings = "{}", lanes = "both"] = process.argv.slice(2);
new LongshoreStack(new App(), "Longshore", {
  config: parseConfig(JSON.parse(settings)),
  pipelines:
    lanes === "dedicated"
      ? pipelines.map((pipeline) => ({ ...pipeline, dedicatedAboveBytes: 0 }))
      : pipelines,
});
