import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { App } from "aws-cdk-lib";
import type { Pipeline } from "../../../events/pipeline.ts";
import { lineCount } from "../../../examples/line-count/pipeline.ts";
import { parseConfig } from "../../../infra/config.ts";
import { LongshoreStack } from "../../../infra/longshore-stack.ts";
import { pipelines } from "../../../infra/pipelines.ts";
import { PROJECT_ROOT } from "./longshore-process.ts";

/** A pipeline whose container, of nobody's, ends as it is told to. */
function behaving(behaviour: "fail" | "hang-once" | "count", more: Partial<Pipeline> = {}): Pipeline {
  return {
    name: behaviour,
    prefix: "",
    suffixes: [`.${behaviour}`],
    dedicatedAboveBytes: 0,
    sizes: [{ size: { cpu: 256, memoryMiB: 512 } }],
    memoryCeilingMiB: 2048,
    capacity: ["FARGATE_SPOT", "FARGATE"],
    maxAttempts: 2,
    timeoutSeconds: 600,
    container: { directory: "test/e2e/fixtures/foreign", environment: { BEHAVIOUR: behaviour } },
    ...more,
  };
}

/** The Python of this machine that has what the example's image installs; undefined when there is none. */
export function pythonWithBoto3(): string | undefined {
  try {
    const script = "import boto3, sys; print(sys.executable)";
    return execFileSync("python3", ["-c", script], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return undefined;
  }
}

/** The stack with pipelines of a test's own beside its own. @returns the assembly's folder, and how to be rid of it */
export function synthesizeStoppedTasksApp(python: string | undefined): {
  readonly directory: string;
  remove(): void;
} {
  // Below the project, where images find their modules.
  const directory = join(PROJECT_ROOT, ".cache", `stopped-tasks-${process.pid}`);
  const { context } = JSON.parse(readFileSync(join(PROJECT_ROOT, "cdk.json"), "utf8"));
  const environment = python === undefined ? {} : { PATH: `${dirname(python)}:/usr/bin:/bin` };
  const example = { ...lineCount, container: { directory: "examples/line-count", environment } };
  const app = new App({ context, outdir: directory });
  new LongshoreStack(app, "Longshore", {
    config: parseConfig({}),
    pipelines: [behaving("fail"), behaving("hang-once"), behaving("count"), example, ...pipelines],
  });
  app.synth();
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
