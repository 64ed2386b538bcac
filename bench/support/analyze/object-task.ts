/**
 * What a dedicated task does with one object, in a process of its own: staged, analyzed by a child process, the result
 * written. Prints one JSON line: seconds of all and of the staging alone, and the peak of resident bytes, children
 * included.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DEFAULT_OPTIONS } from "../../../containers/kit/analyze.ts";
import { createCheckpoint } from "../../../containers/kit/checkpoint/checkpoint.ts";
import { createS3Client } from "../../../containers/kit/clients.ts";
import { createLog } from "../../../containers/kit/log.ts";
import { processObject } from "../../../containers/kit/process-object.ts";
import { AnalysisPool } from "../../../containers/kit/worker/analysis-pool.ts";
import { analysisMemoryBytes } from "../../../containers/processor/dedicated.ts";
import type { JobRequest } from "../../../events/jobs/job-request.ts";
import { objectTask } from "./object-task-input.ts";

const { object, threads, memoryMiB } = objectTask.parse(JSON.parse(process.argv[2] ?? ""));
const workFolder = mkdtempSync(join(tmpdir(), "longshore-bench-"));
const s3 = createS3Client();
const job: JobRequest = {
  contract: 1,
  jobId: "0".repeat(64),
  pipeline: "bench",
  attempt: 1,
  object: { ...object, sequencer: "0" },
  result: { bucket: object.bucket, key: "result.json" },
};
const memoryBytes = analysisMemoryBytes(memoryMiB);
const module = fileURLToPath(new URL("../../../containers/processor/analysis-child.ts", import.meta.url));

let peakBytes = 0;
const watch = setInterval(() => {
  peakBytes = Math.max(peakBytes, familyBytes());
}, 50);
const startedAt = performance.now();
const pool = new AnalysisPool(1, { module, memoryBytes }, createLog());
try {
  const checkpoint = createCheckpoint({ s3, job, taskArn: "bench", folder: join(workFolder, "checkpoints") });
  const { document } = await processObject(
    {
      s3,
      analyze: pool.analyze,
      limits: { memoryBytes, threads, timeoutMs: 3_600_000 },
      options: DEFAULT_OPTIONS,
      workFolder,
    },
    job,
    checkpoint,
    () => {},
  );
  console.log(
    JSON.stringify({
      seconds: (performance.now() - startedAt) / 1_000,
      stageSeconds: (document.timings.stage ?? 0) / 1_000,
      peakBytes,
    }),
  );
} finally {
  clearInterval(watch);
  pool.close();
  rmSync(workFolder, { recursive: true, force: true });
}
process.exit();

/** Resident bytes of this process and of those that it has started. */
function familyBytes(): number {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim().split(" ");
  return ["self", ...children].reduce((sum, pid) => sum + residentBytes(pid), 0);
}

function residentBytes(pid: string): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1_024;
  } catch {
    return 0; // It has ended meanwhile.
  }
}
