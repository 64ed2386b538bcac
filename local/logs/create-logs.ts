import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../clock.ts";
import { jsonService } from "../wire/json-service.ts";
import type { Realm } from "../wire/realm.ts";
import type { GatewayService } from "../wire/service.ts";
import { LogEngine } from "./log-engine.ts";
import { groupArn } from "./names.ts";
import { logsOperations } from "./operations.ts";
import { startSweeping } from "./retention.ts";
import { openLogStore } from "./store/log-store.ts";
import { type EventListener, type LogEvent, WriteBuffer } from "./write-buffer.ts";

export { RETENTION_DAYS } from "./retention.ts";
export type { LogEvent } from "./write-buffer.ts";

export interface LogsOptions {
  readonly realm: Realm;
  readonly database: DatabaseSync;
  readonly clock: Clock;
  /** Called with what was stored, e.g. to find embedded metrics in it. Events of one call are of one stream. */
  readonly onEvents?: EventListener;
  /** Told of what goes wrong where no caller waits for an answer. */
  readonly log?: (line: string) => void;
}

export interface LogGroupOptions {
  /** One of the days that PutRetentionPolicy takes. @default kept for ever */
  readonly retentionDays?: number;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface Logs {
  readonly service: GatewayService;
  /**
   * Takes events in; they are committed within 50 ms, and readers see them at once. The stream is made on demand.
   * @throws AwsError ResourceNotFoundException when there is no such group
   */
  write(group: string, stream: string, events: readonly LogEvent[]): void;
  /**
   * Makes the group, or gives an existing one the retention and tags that are given.
   * @throws AwsError InvalidParameterException for a name or retention that AWS does not take
   */
  createGroup(name: string, options?: LogGroupOptions): { readonly arn: string };
  /** `undefined` keeps events for ever. @throws AwsError ResourceNotFoundException, InvalidParameterException */
  setRetention(name: string, days: number | undefined): void;
  /** Does nothing when there is no such group. */
  deleteGroup(name: string): void;
  groupExists(name: string): boolean;
  /** Commits what was written so far. */
  flush(): void;
  /** Commits what was written and ends timers; nothing may be written after it. */
  stop(): Promise<void>;
}

/** CloudWatch Logs, kept in the runtime's database. */
export function createLogs(options: LogsOptions): Logs {
  const { realm, database, clock, onEvents = () => {}, log = () => {} } = options;
  const store = openLogStore(database);
  const buffer = new WriteBuffer({ store, clock, onEvents, log });
  const engine = new LogEngine({ realm, store, clock, buffer });
  const sweeper = startSweeping(store, clock, log);
  return {
    service: jsonService({
      signingNames: ["logs"],
      targetPrefix: "Logs_20140328",
      version: "1.1",
      validationCode: "InvalidParameterException",
      service: engine,
      operations: logsOperations,
    }),
    write: (group, stream, events) => engine.write(group, stream, events),
    createGroup(name, { retentionDays, tags } = {}) {
      if (!store.groups.find(name)) engine.createGroup(name, tags ?? {});
      if (retentionDays !== undefined) engine.setRetention(name, retentionDays);
      if (tags) engine.setTags(name, tags);
      return { arn: groupArn(realm, name) };
    },
    setRetention: (name, days) => engine.setRetention(name, days),
    deleteGroup(name) {
      if (store.groups.find(name)) engine.deleteGroup(name);
    },
    groupExists: (name) => store.groups.find(name) !== undefined,
    flush: () => buffer.flush(),
    async stop() {
      await sweeper.stop();
      buffer.stop();
    },
  };
}
