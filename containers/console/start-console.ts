import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { S3Client } from "@aws-sdk/client-s3";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createAdaptorServer } from "@hono/node-server";
import { readJob } from "../../events/jobs/job-table.ts";
import { createApp } from "./app.ts";
import type { ConsoleEnvironment } from "./environment.ts";
import { JobFeed } from "./live/job-feed.ts";
import { newestJobs } from "./live/newest-jobs.ts";
import type { ConsoleLog } from "./log.ts";

/** Longer than the load balancer keeps its connections idle (60 s), so that it is never the one to find them closed. */
const KEEP_ALIVE_MS = 65_000;
/** What is still going on this long after the signal is cut off, so that the task ends before it is killed (30 s). */
const DRAIN_MS = 20_000;

export interface ConsoleOptions {
  readonly environment: ConsoleEnvironment;
  readonly dynamo: DynamoDBDocumentClient;
  readonly s3: S3Client;
  /** Signs for the address at which browsers reach S3. */
  readonly publicS3: S3Client;
  readonly log: ConsoleLog;
}

export interface RunningConsole {
  readonly port: number;
  /** Takes no new requests, ends the event streams, and lets the others finish. */
  stop(): Promise<void>;
}

/** Starts the console's HTTP service. @throws Error when the port or the address cannot be had */
export async function startConsole(options: ConsoleOptions): Promise<RunningConsole> {
  const { environment, dynamo, s3, publicS3, log } = options;
  const jobs = { client: dynamo, jobsTable: environment.JOBS_TABLE };
  const now = () => new Date();
  const stopping = new AbortController();
  const feed = new JobFeed({
    newestJobs: (limit) => newestJobs(jobs, limit, now()),
    readJob: (jobId) => readJob(jobs, jobId),
    onError: (error) => log("console.feed-failed", { message: String(error) }),
  });
  const app = createApp({
    jobs,
    s3,
    publicS3,
    uploadsBucket: environment.UPLOADS_BUCKET,
    resultsBucket: environment.RESULTS_BUCKET,
    pipelines: environment.PIPELINES,
    feed,
    log,
    now,
    stopping: stopping.signal,
  });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on("request", (_, response) => {
    // A connection that becomes idle while the service ends would otherwise be kept for the next request.
    response.once("close", () => {
      if (stopping.signal.aborted) setImmediate(() => server.closeIdleConnections());
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(environment.PORT, environment.HOST, () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  log("console.started", { port });

  return {
    port,
    async stop() {
      stopping.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      await closed;
      clearTimeout(cut);
    },
  };
}
