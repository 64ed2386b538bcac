import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createCheckpoint } from "../kit/checkpoint/checkpoint.ts";
import { createDynamoClient, createS3Client } from "../kit/clients.ts";
import { dedicatedEnvironment } from "../kit/environment.ts";
import type { Log } from "../kit/log.ts";
import { runDedicated } from "../kit/run-dedicated.ts";
import { readTaskIdentity } from "../kit/task-identity.ts";
import { AnalysisPool } from "../kit/worker/analysis-pool.ts";

/** Exit code of a process that SIGTERM ended, as shells have it. */
const TERMINATED = 143;

/** A file system that has gone away must not keep a task from ending in time. */
const LAST_SAVE_MS = 10_000;

const MIB = 2 ** 20;
/** For this process, beside the one that analyzes: after it has staged 5 GB, 310 MiB are resident. */
const OWN_MIB = 288;
const LEAST_MIB = 256;

/** One job. Its analysis runs in a child process, so that whatever the file does to it, there is somebody to say so. */
export async function main(log: Log): Promise<number> {
  const workFolder = await mkdtemp(join(tmpdir(), "longshore-"));
  process.once("exit", () => rmSync(workFolder, { recursive: true, force: true }));
  let save = () => Promise.resolve();
  process.once("SIGTERM", async () => {
    log.warn("task.stopping", { signal: "SIGTERM" });
    // The next attempt goes on from there.
    await Promise.race([save(), sleep(LAST_SAVE_MS)]);
    process.exit(TERMINATED);
  });
  const environment = dedicatedEnvironment(process.env);
  const { LONGSHORE_JOB: job } = environment;
  const task = await readTaskIdentity(environment.ECS_CONTAINER_METADATA_URI_V4);
  const module = fileURLToPath(new URL("analysis-child.ts", import.meta.url));
  const memoryBytes = analysisMemoryBytes(task.memoryMiB);
  const pool = new AnalysisPool(1, { module, memoryBytes }, log);
  process.once("exit", () => pool.close());
  const s3 = createS3Client();
  const checkpoint = createCheckpoint({
    s3,
    job,
    taskArn: task.taskArn,
    folder: environment.LONGSHORE_CHECKPOINT_DIR,
    keepAboveBytes: environment.LONGSHORE_KEEP_DOWNLOADS_ABOVE_BYTES,
  });
  save = () => checkpoint.flush();
  return runDedicated({
    job,
    log,
    taskArn: task.taskArn,
    maxAttempts: job.maxAttempts ?? 1,
    table: {
      client: createDynamoClient(),
      jobsTable: environment.JOBS_TABLE,
      objectsTable: environment.OBJECTS_TABLE,
    },
    s3,
    checkpoint,
    analyze: pool.analyze,
    workFolder,
    options: { imageLocation: environment.LONGSHORE_IMAGE_LOCATION },
    limits: {
      memoryBytes,
      threads: Math.max(1, Math.ceil(task.cpu)),
      timeoutMs: (job.timeoutSeconds ?? 3_600) * 1_000,
    },
  });
}

/** Of a task's memory, what the process that analyzes may use. */
export function analysisMemoryBytes(taskMiB: number): number {
  return Math.max(LEAST_MIB, taskMiB - OWN_MIB) * MIB;
}
