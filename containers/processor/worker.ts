import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { workerPlaces } from "../../events/worker-places.ts";
import { CallMeter } from "../kit/call-meter.ts";
import { createDynamoClient, createS3Client, createSqsClient } from "../kit/clients.ts";
import { workerEnvironment } from "../kit/environment.ts";
import type { Log } from "../kit/log.ts";
import { runWorker } from "../kit/run-worker.ts";
import { readTaskIdentity } from "../kit/task-identity.ts";
import { AgentTaskProtection, NO_PROTECTION } from "../kit/task-protection.ts";
import { AnalysisPool } from "../kit/worker/analysis-pool.ts";
import { failureTeller } from "../kit/worker/failure-teller.ts";
import { poolSizeFor } from "./worker-size.ts";

/** Pipelines have shorter time limits; a worker does not sit over one object for longer than this whatever they say. */
const LONGEST_MS = 3_600_000;

/** Works for the queue; every analysis runs in a child process. */
export async function main(log: Log): Promise<number> {
  const workFolder = await mkdtemp(join(tmpdir(), "longshore-"));
  process.once("exit", () => rmSync(workFolder, { recursive: true, force: true }));
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      log.info("task.stopping", { signal });
      stop.abort();
    });
  }
  const environment = workerEnvironment(process.env);
  const { ECS_AGENT_URI: agentUri, JOBS_QUEUE_URL: queueUrl } = environment;
  const task = await readTaskIdentity(environment.ECS_CONTAINER_METADATA_URI_V4);
  const { processes, memoryBytes } = poolSizeFor(task);
  const module = fileURLToPath(new URL("analysis-child.ts", import.meta.url));
  const pool = new AnalysisPool(processes, { module, memoryBytes }, log);
  const meter = new CallMeter();
  const sqs = meter.watch(createSqsClient());
  const places = environment.LONGSHORE_CONCURRENCY ?? workerPlaces(task.cpu);
  const protect = agentUri !== undefined && task.serviceName !== undefined;
  try {
    return await runWorker(
      {
        log,
        queueUrl,
        deadLetterQueueUrl: environment.JOBS_DEAD_LETTER_QUEUE_URL,
        pipelines: environment.PIPELINES,
        resultsBucket: environment.RESULTS_BUCKET,
        leaseSeconds: environment.LONGSHORE_LEASE_SECONDS,
        leaveAfterIdleSeconds: environment.LONGSHORE_LEAVE_AFTER_IDLE_SECONDS,
        concurrency: places,
        priced: {
          size: { cpu: task.cpu * 1_024, memoryMiB: task.memoryMiB },
          capacity: environment.CAPACITY,
          architecture: environment.ARCHITECTURE,
          instanceType: environment.INSTANCE_TYPE,
          places,
        },
        taskArn: task.taskArn,
        table: {
          client: meter.watch(createDynamoClient()),
          jobsTable: environment.JOBS_TABLE,
          objectsTable: environment.OBJECTS_TABLE,
        },
        s3: meter.watch(createS3Client()),
        sqs,
        tellOfFailure: failureTeller(sqs, environment.FAILED_JOBS_QUEUE_URL),
        analyze: pool.analyze,
        workFolder,
        checkpointFolder: environment.LONGSHORE_CHECKPOINT_DIR,
        options: { imageLocation: environment.LONGSHORE_IMAGE_LOCATION },
        limits: { memoryBytes, threads: 1, timeoutMs: LONGEST_MS },
        protection: protect ? new AgentTaskProtection(agentUri, log) : NO_PROTECTION,
      },
      stop.signal,
      log,
    );
  } finally {
    log.info("task.calls", { calls: meter.calls });
    pool.close();
  }
}
