import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../clock.ts";
import type { FaultKind } from "./scenario.ts";

/** One fault that struck. */
export interface Injection {
  readonly id: string;
  readonly faultId: string;
  readonly kind: FaultKind;
  /** ISO 8601, by the runtime's clock. */
  readonly at: string;
  /** What it struck: a task's or queue's ARN, `<service>:<operation>`, an event's id. */
  readonly target: string;
  /** Further facts, e.g. the error that a caller was given. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Every fault that struck, kept over restarts, so that alerts can be compared with what was injected. */
export interface InjectionLog {
  add(injection: Pick<Injection, "faultId" | "kind" | "target" | "detail">): Injection;
  /** Oldest first. */
  list(): Injection[];
}

export function createInjectionLog(database: DatabaseSync, clock: Clock): InjectionLog {
  database.exec(
    "CREATE TABLE IF NOT EXISTS faults_injections (number INTEGER PRIMARY KEY, injection TEXT NOT NULL) STRICT",
  );
  const insert = database.prepare("INSERT INTO faults_injections (injection) VALUES (?)");
  const all = database.prepare("SELECT injection FROM faults_injections ORDER BY number");
  return {
    add(given) {
      const injection = { id: randomUUID(), at: new Date(clock.now()).toISOString(), ...given };
      insert.run(JSON.stringify(injection));
      return injection;
    },
    list: () => all.all().map((row) => JSON.parse(String(row.injection)) as Injection),
  };
}
