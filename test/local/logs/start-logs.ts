import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { type Clock, createClock } from "../../../local/clock.ts";
import { createLogs, type Logs, type LogsOptions } from "../../../local/logs/create-logs.ts";
import { startEndpoint } from "../embedded/serve.ts";

export interface RunningLogs {
  readonly logs: Logs;
  readonly client: CloudWatchLogsClient;
  /** The database file, to be opened by another run. */
  readonly file: string;
  stop(): Promise<void>;
}

/** CloudWatch Logs behind a real endpoint, on a database file of its own or an existing one. */
export async function startLogs(
  options: Partial<Pick<LogsOptions, "onEvents" | "log">> & { file?: string; clock?: Clock } = {},
): Promise<RunningLogs> {
  const directory = mkdtempSync(join(tmpdir(), "logs-"));
  const { file = join(directory, "state.db"), clock = createClock(), ...others } = options;
  const database = openDatabase(file);
  const endpoint = await startEndpoint();
  const logs = createLogs({ realm: endpoint.realm, database, clock, ...others });
  endpoint.use(logs.service);
  const client = new CloudWatchLogsClient(endpoint.client);
  return {
    logs,
    client,
    file,
    async stop() {
      client.destroy();
      await endpoint.stop();
      await logs.stop();
      database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  return database;
}

/** A clock that tests move on by hand. */
export function startManualClock(now = Date.now()): Clock & { advance(ms: number): void } {
  let scheduled: { due: number; callback: () => void }[] = [];
  return {
    now: () => now,
    at: (wallMs) => wallMs,
    schedule(ms, callback) {
      const entry = { due: now + ms, callback };
      scheduled.push(entry);
      return () => {
        scheduled = scheduled.filter((other) => other !== entry);
      };
    },
    advance(ms) {
      now += ms;
      const due = scheduled.filter((entry) => entry.due <= now);
      scheduled = scheduled.filter((entry) => entry.due > now);
      for (const { callback } of due) callback();
    },
  };
}
