import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { App, Duration } from "aws-cdk-lib";
import type { CfnQueue } from "aws-cdk-lib/aws-sqs";
import type { Pipeline } from "../../../events/pipeline.ts";
import { parseConfig } from "../../../infra/config.ts";
import type { Console } from "../../../infra/console.ts";
import { LongshoreStack } from "../../../infra/longshore-stack.ts";
import { pipelines } from "../../../infra/pipelines.ts";
import type { UploadProcessing } from "../../../infra/upload-processing.ts";
import { PROJECT_ROOT } from "../../e2e/support/longshore-process.ts";

/** Tables of more bytes get a task of their own: small enough to be made by the dozen. */
export const DEDICATED_ABOVE_BYTES = 128 * 1024;
/** A job that is struck by chance must not end for that: what is shown is that none is lost. */
const ATTEMPTS = 8;

/** What a killed worker held is free after so many seconds, instead of the minute of a deployment. */
const LEASE_SECONDS = 6;
/** A launch that was under way when the runtime was killed is tried again after so many; functions have 30. */
const LAUNCH_VISIBILITY_SECONDS = 32;

/**
 * The stack as it is deployed, with thresholds and leases that suit a machine and its patience: nothing else differs.
 * Below the project, where images find their modules.
 */
export function synthesizeFaultsApp(): { readonly directory: string; remove(): void } {
  const directory = join(PROJECT_ROOT, ".cache", `faults-${process.pid}`);
  const { context } = JSON.parse(readFileSync(join(PROJECT_ROOT, "cdk.json"), "utf8"));
  const app = new App({ context, outdir: directory });
  const stack = new LongshoreStack(app, "Longshore", {
    config: parseConfig({
      alertEmail: "admin@example.com",
      minWorkers: 2,
      maxWorkers: 3,
      maximumBurst: 1,
      workerLeaseSeconds: LEASE_SECONDS,
    }),
    pipelines: [countWords, ...pipelines.map(forFaults)],
  });
  const uploads = stack.node.findChild("UploadProcessing") as UploadProcessing;
  (uploads.launchQueue.node.defaultChild as CfnQueue).visibilityTimeout = LAUNCH_VISIBILITY_SECONDS;
  // Its checks run with the faster clock, what it answers does not.
  const console = stack.node.findChild("Console") as Console;
  console.front.targetGroup?.configureHealthCheck({
    path: "/health",
    interval: Duration.seconds(100),
    healthyThresholdCount: 2,
    unhealthyThresholdCount: 5,
  });
  app.synth();
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

function forFaults(pipeline: Pipeline): Pipeline {
  return {
    ...pipeline,
    maxAttempts: ATTEMPTS,
    ...(pipeline.name === "tables" && {
      dedicatedAboveBytes: DEDICATED_ABOVE_BYTES,
      sizes: [{ size: { cpu: 512, memoryMiB: 1024 } }],
    }),
  };
}

/** A container without code of ours, which its stopped-task event alone closes the job of. */
const countWords: Pipeline = {
  name: "count",
  prefix: "",
  suffixes: [".count"],
  dedicatedAboveBytes: 0,
  sizes: [{ size: { cpu: 256, memoryMiB: 512 } }],
  memoryCeilingMiB: 30_720,
  capacity: ["FARGATE_SPOT", "FARGATE"],
  maxAttempts: ATTEMPTS,
  timeoutSeconds: 600,
  container: { directory: "test/e2e/fixtures/foreign", environment: { BEHAVIOUR: "count" } },
};
