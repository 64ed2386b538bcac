import type { DatabaseSync } from "node:sqlite";
import { processIdentity } from "./process-table.ts";

/** Remembers which processes were started, so that a later run of the runtime can end what is left of them. */
export interface ProcessRecords {
  add(pid: number): void;
  remove(pid: number): void;
  /** Pids of recorded processes that still run; never a later process with the same pid. Forgets all records. */
  takeLeftovers(): number[];
}

export function createProcessRecords(database: DatabaseSync): ProcessRecords {
  database.exec(
    "CREATE TABLE IF NOT EXISTS ecs_processes (pid INTEGER PRIMARY KEY, identity TEXT NOT NULL) STRICT",
  );
  const insert = database.prepare("INSERT OR REPLACE INTO ecs_processes (pid, identity) VALUES (?, ?)");
  const remove = database.prepare("DELETE FROM ecs_processes WHERE pid = ?");
  const all = database.prepare("SELECT pid, identity FROM ecs_processes");
  return {
    add(pid) {
      const identity = processIdentity(pid);
      if (identity) insert.run(pid, identity);
    },
    remove(pid) {
      remove.run(pid);
    },
    takeLeftovers() {
      const leftovers = all
        .all()
        .filter((row) => processIdentity(Number(row.pid)) === row.identity)
        .map((row) => Number(row.pid));
      database.exec("DELETE FROM ecs_processes");
      return leftovers;
    },
  };
}
