import { fileURLToPath } from "node:url";
import type { Pipeline } from "../../infra/index.ts";

/** Every `.letter` below `letters/` has its words counted by a container of this app's own. */
export const wordCount: Pipeline = {
  name: "word-count",
  prefix: "letters/",
  suffixes: [".letter"],
  // A container of one's own takes one object a task.
  dedicatedAboveBytes: 0,
  sizes: [{ size: { cpu: 256, memoryMiB: 512 } }],
  memoryCeilingMiB: 2048,
  capacity: ["FARGATE_SPOT", "FARGATE"],
  maxAttempts: 3,
  timeoutSeconds: 900,
  container: { directory: fileURLToPath(new URL("word-count", import.meta.url)) },
};
