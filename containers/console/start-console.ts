import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { createApp } from "./app.ts";
import type { ConsoleClients } from "./clients.ts";
import { recordTasks } from "./cluster/task-metrics.ts";
import type { ConsoleEnvironment } from "./environment.ts";
import { ChangeFeed } from "./live/change-feed.ts";
import { feedSource } from "./live/feed-source.ts";
import type { ConsoleLog } from "./log.ts";

/** Longer than the load balancer keeps its connections idle (60 s), so that it is never the one to find them closed. */
const KEEP_ALIVE_MS = 65_000;
/** What is still going on this long after the signal is cut off, so that the task ends before it is killed (30 s). */
const DRAIN_MS = 20_000;

export interface ConsoleOptions {
  readonly environment: ConsoleEnvironment;
  readonly clients: ConsoleClients;
  readonly log: ConsoleLog;
  /** Takes whole lines of the log, their ends included: metrics go there as well. */
  readonly write: (line: string) => void;
}

export interface RunningConsole {
  readonly port: number;
  /** Takes no new requests, ends the event streams, and lets the others finish. */
  stop(): Promise<void>;
}

/** Starts the console's HTTP service. @throws Error when the port or the address cannot be had */
export async function startConsole({
  environment,
  clients,
  log,
  write,
}: ConsoleOptions): Promise<RunningConsole> {
  const now = () => new Date();
  const stopping = new AbortController();
  const feed = new ChangeFeed({
    ...feedSource({
      jobs: { client: clients.dynamo, jobsTable: environment.JOBS_TABLE },
      incidents: { client: clients.dynamo, incidentsTable: environment.INCIDENTS_TABLE },
      now,
    }),
    onError: (error) => log("console.feed-failed", { message: String(error) }),
  });
  const app = createApp({ environment, clients, feed, log, now, stopping: stopping.signal });
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
  const recording = recordTasks({
    ecs: clients.ecs,
    cluster: environment.CLUSTER,
    writeLine: (line) => write(`${line}\n`),
    onError: (error) => log("console.tasks-not-counted", { message: String(error) }),
    signal: stopping.signal,
  });

  return {
    port,
    async stop() {
      stopping.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      await Promise.all([closed, recording]);
      clearTimeout(cut);
    },
  };
}
