import type { Pipeline } from "../../events/pipeline.ts";

/** Every object whose name ends with `.log` is counted by a Python container. Add it to `infra/pipelines.ts`. */
export const lineCount: Pipeline = {
  name: "line-count",
  prefix: "",
  suffixes: [".log"],
  // A container of one's own takes one object a task.
  dedicatedAboveBytes: 0,
  sizes: [{ size: { cpu: 256, memoryMiB: 512 } }],
  memoryCeilingMiB: 2048,
  capacity: ["FARGATE_SPOT", "FARGATE"],
  maxAttempts: 3,
  timeoutSeconds: 900,
  container: { directory: "examples/line-count" },
};
