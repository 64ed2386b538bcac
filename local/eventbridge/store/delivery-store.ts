import type { DatabaseSync } from "node:sqlite";
import { atomically } from "../../database.ts";
import type { Failure } from "../delivery/failure.ts";

/** An event on its way to one target. The target is kept as it was when the event matched. */
export interface PendingDelivery {
  readonly id: number;
  readonly bus: string;
  readonly ruleArn: string;
  readonly ruleName: string;
  readonly ruleRoleArn: string | null;
  /** The target, as JSON. */
  readonly target: string;
  /** The event, as JSON. */
  readonly event: string;
  /** Milliseconds: when the bus took the event. */
  readonly ingested: number;
  /** Milliseconds: not to be tried before. */
  readonly due: number;
  /** Attempts so far. */
  readonly attempts: number;
  /** Why the target was given up, as JSON of Failure; what remains is to reach the dead-letter queue. */
  readonly failure: string | null;
}

export type NewDelivery = Omit<PendingDelivery, "id" | "due" | "attempts" | "failure">;

export interface Postponement {
  readonly id: number;
  readonly due: number;
  readonly attempts: number;
  readonly failure: Failure | undefined;
}

/** Pending deliveries: written in the transaction of what made the event, gone once delivered or given up. */
export function createDeliveryStore(database: DatabaseSync) {
  database.exec(`CREATE TABLE IF NOT EXISTS eventbridge_deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, bus TEXT NOT NULL, ruleArn TEXT NOT NULL, ruleName TEXT NOT NULL,
    ruleRoleArn TEXT, target TEXT NOT NULL, event TEXT NOT NULL, ingested REAL NOT NULL, due REAL NOT NULL,
    attempts INTEGER NOT NULL, failure TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS eventbridge_deliveries_due ON eventbridge_deliveries (due, id)`);
  const insert = database.prepare(
    `INSERT INTO eventbridge_deliveries
       (bus, ruleArn, ruleName, ruleRoleArn, target, event, ingested, due, attempts)
     VALUES (:bus, :ruleArn, :ruleName, :ruleRoleArn, :target, :event, :ingested, :ingested, 0)`,
  );
  const selectDue = database.prepare(
    "SELECT * FROM eventbridge_deliveries WHERE due <= ? ORDER BY due, id LIMIT ?",
  );
  const selectNext = database.prepare("SELECT MIN(due) AS due FROM eventbridge_deliveries WHERE due > ?");
  const count = database.prepare("SELECT COUNT(*) AS count FROM eventbridge_deliveries");
  const remove = database.prepare("DELETE FROM eventbridge_deliveries WHERE id = ?");
  const postpone = database.prepare(
    "UPDATE eventbridge_deliveries SET due = ?, attempts = ?, failure = ? WHERE id = ?",
  );
  const hasten = database.prepare("UPDATE eventbridge_deliveries SET due = ? WHERE due > ?");
  return {
    insert: (delivery: NewDelivery) => void insert.run({ ...delivery }),
    due: (now: number, limit: number) => selectDue.all(now, limit) as unknown as PendingDelivery[],
    /** When the first delivery after `now` is due. */
    nextDue: (now: number) => (selectNext.get(now) as { due: number | null }).due ?? undefined,
    count: () => (count.get() as { count: number }).count,
    settle: (finished: readonly number[], postponed: readonly Postponement[]) =>
      atomically(database, () => {
        for (const id of finished) remove.run(id);
        for (const { id, due, attempts, failure } of postponed) {
          postpone.run(due, attempts, failure === undefined ? null : JSON.stringify(failure), id);
        }
      }),
    /** Makes all that waits due at once: a new start is a reason to try again, and its clock may be another. */
    hasten: (now: number) => void hasten.run(now, now),
  };
}

export type DeliveryStore = ReturnType<typeof createDeliveryStore>;
