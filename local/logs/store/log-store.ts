import type { DatabaseSync } from "node:sqlite";
import { openEventStore } from "./event-store.ts";
import { openGroupStore } from "./group-store.ts";
import { openStreamStore } from "./stream-store.ts";
import { createTables } from "./tables.ts";

export type LogStore = ReturnType<typeof openLogStore>;

/** Log groups, their streams and events in the runtime's database. */
export function openLogStore(database: DatabaseSync) {
  createTables(database);
  return {
    database,
    groups: openGroupStore(database),
    streams: openStreamStore(database),
    events: openEventStore(database),
  };
}
