import { execFileSync } from "node:child_process";
import { dirname } from "node:path";
import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Pipeline } from "../../../events/pipeline.ts";
import { lineCount } from "../../../examples/line-count/pipeline.ts";
import { pipelines } from "../../../infra/pipelines.ts";
import { synthesizePipelines } from "./synthesize-pipelines.ts";

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

/** The stack with pipelines of a test's own beside its own, whose workers may not read what is below `denied/`. @returns the assembly's folder, and how to be rid of it */
export function synthesizeStoppedTasksApp(python: string | undefined): {
  readonly directory: string;
  remove(): void;
} {
  const environment = python === undefined ? {} : { PATH: `${dirname(python)}:/usr/bin:/bin` };
  const example = { ...lineCount, container: { directory: "examples/line-count", environment } };
  const own = [behaving("fail"), behaving("hang-once"), behaving("count"), example];
  return synthesizePipelines("stopped-tasks", [...own, ...pipelines], {}, ({ platform, workers }) => {
    // As an administrator's mistake would.
    workers.worker.definition.taskRole.addToPrincipalPolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        actions: ["s3:GetObject", "s3:GetObjectVersion"],
        resources: [platform.uploads.arnForObjects("denied/*")],
      }),
    );
  });
}
