import { setTimeout as pause } from "node:timers/promises";
import { BUSY_EXIT } from "../../events/batch/batch-request.ts";
import { HOUR_RULE, hourAt } from "../../events/batch/hour.ts";
import type { CostBasis } from "../../events/batch/job-cost.ts";
import { createDynamoClient, createS3Client, createSqsClient } from "../kit/clients.ts";
import { EnvironmentError } from "../kit/read-environment.ts";
import { readTaskIdentity } from "../kit/task-identity.ts";
import { BatchTable } from "./batch-table.ts";
import { type BatchEnvironment, batchEnvironment } from "./environment.ts";
import { rollHour } from "./hours/roll-hour.ts";
import { Lease } from "./lease.ts";
import { type BatchLog, createBatchLog } from "./log.ts";
import { reportWriter } from "./report/write-report.ts";
import { type BatchOptions, runBatch } from "./run-batch.ts";
import { ServerClock } from "./server-clock.ts";
import { Driver } from "./uploads/driver.ts";

/** A batch by hand waits so long for another one to end. */
const PATIENCE_MS = 10 * 60_000;
const POLL_MS = 2_000;

const log = createBatchLog((line) => process.stdout.write(line));
try {
  process.exit(await main(log));
} catch (error) {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  log.error("batch.error", {
    error: name,
    message,
    ...(!(error instanceof EnvironmentError) && { stack }),
  });
  process.exit(1);
}

/** @returns the exit code: 0 when the books are kept or another batch keeps them, 1 when something could not be written */
async function main(log: BatchLog): Promise<number> {
  const environment = batchEnvironment(process.env);
  const stop = new AbortController();
  process.once("SIGTERM", () => {
    log.info("batch.stopping", { signal: "SIGTERM" });
    stop.abort();
  });
  const { taskArn } = await readTaskIdentity(environment.ECS_CONTAINER_METADATA_URI_V4);
  const client = createDynamoClient();
  const clock = new ServerClock(client, (offsetMs) => log.warn("batch.clock", { offsetMs }));
  const table = new BatchTable(client, environment.BATCH_TABLE);
  const hour = environment.LONGSHORE_HOUR;
  const leaseMs = environment.LONGSHORE_LEASE_SECONDS * 1_000;
  const patienceMs = hour === undefined ? 0 : PATIENCE_MS;
  const lease = await acquire({ table, clock, owner: taskArn, leaseMs }, patienceMs, stop.signal);
  if (!lease) {
    log.info("batch.busy", { message: "Another batch has the lease" });
    return hour === undefined ? 0 : BUSY_EXIT;
  }
  log.info("batch.started", { taskArn, ...(hour === undefined ? {} : { hour }) });
  try {
    const options = await optionsOf(environment, { client, clock, table, lease, taskArn, stop: stop.signal });
    const allWritten = hour === undefined ? await runBatch(options) : await rollOne(hour, options);
    log.info("batch.finished", { driven: options.driver.drives, allWritten });
    return allWritten ? 0 : 1;
  } finally {
    await lease.release();
  }
}

function costBasis({ PIPELINES: pipelines, WORKER, ...basis }: BatchEnvironment): CostBasis {
  const { ARCHITECTURE: architecture, INSTANCE_TYPE: instanceType } = basis;
  return { pipelines, architecture, instanceType, worker: { ...WORKER, architecture, instanceType } };
}

/** @throws RangeError when the hour has not begun */
async function rollOne(hour: string, options: BatchOptions): Promise<boolean> {
  if (hour > hourAt(options.clock.now())) {
    throw new RangeError(`The hour ${hour} has not begun; ${HOUR_RULE}, and is not in the future`);
  }
  return rollHour(hour, options);
}

async function acquire(
  options: Parameters<typeof Lease.acquire>[0],
  patienceMs: number,
  stop: AbortSignal,
): Promise<Lease | undefined> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const lease = await Lease.acquire(options);
    if (lease || stop.aborted || performance.now() >= deadline) return lease;
    await pause(POLL_MS, undefined, { signal: stop }).catch(() => {});
  }
}

async function optionsOf(
  environment: BatchEnvironment,
  own: Pick<BatchOptions, "client" | "clock" | "table" | "stop"> & { lease: Lease; taskArn: string },
): Promise<BatchOptions> {
  const { client, clock, table, lease, taskArn, stop } = own;
  const { JOBS_TABLE: jobsTable, PIPELINES: pipelines } = environment;
  const s3 = createS3Client();
  const driver = new Driver({
    jobs: { client, jobsTable, objectsTable: environment.OBJECTS_TABLE },
    table,
    sqs: createSqsClient(),
    jobsQueueUrl: environment.JOBS_QUEUE_URL,
    launchQueueUrl: environment.LAUNCH_QUEUE_URL,
    taskArn,
    clock,
    lease,
    log,
  });
  const backlogs = await driver.backlogs();
  const graceSeconds = environment.LONGSHORE_GRACE_SECONDS;
  const patiences = {
    jobs: { graceSeconds, queued: backlogs.jobs },
    launches: { graceSeconds, queued: backlogs.launches },
  };
  return {
    client,
    jobsTable,
    table,
    basis: costBasis(environment),
    patiences,
    driver,
    clock,
    lease,
    log,
    writeReport: reportWriter(s3, environment.RESULTS_BUCKET, log),
    uploads: {
      s3,
      client,
      jobsTable,
      bucket: environment.UPLOADS_BUCKET,
      pipelines,
      patiences,
      driver,
      clock,
    },
    walkPages: environment.LONGSHORE_WALK_PAGES,
    checkpointFolder: environment.LONGSHORE_CHECKPOINT_DIR,
    stop,
  };
}
