import type { DatabaseSync } from "node:sqlite";

/** A record or event on its way to a destination. */
export interface Delivery {
  readonly kind: "destination" | "dead-letter";
  readonly targetArn: string;
  readonly body: string;
  readonly messageAttributes?: Readonly<Record<string, string>>;
  readonly detailType?: string;
}

/** An asynchronous event that waits to be processed; times in milliseconds since the epoch. */
export interface QueuedEvent {
  readonly id: number;
  readonly requestId: string;
  readonly functionName: string;
  readonly payload: string;
  readonly clientContext: unknown;
  readonly receivedAt: number;
  /** Times that the function ran and failed. */
  readonly attempts: number;
  readonly throttles: number;
  /** Set once processing has ended: what remains is to deliver these. */
  readonly deliveries: readonly Delivery[] | undefined;
  readonly deliveryTries: number;
}

/** The asynchronous events of all functions. What is in here survives the end of the runtime. */
export class EventQueue {
  readonly #insert;
  readonly #due;
  readonly #next;
  readonly #reschedule;
  readonly #remove;

  constructor(database: DatabaseSync) {
    database.exec(`
      CREATE TABLE IF NOT EXISTS lambda_async_events (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        request_id TEXT NOT NULL,
        function_name TEXT NOT NULL,
        payload TEXT NOT NULL,
        client_context TEXT,
        received_at INTEGER NOT NULL,
        due_at INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        throttles INTEGER NOT NULL DEFAULT 0,
        deliveries TEXT,
        delivery_tries INTEGER NOT NULL DEFAULT 0
      );
      CREATE INDEX IF NOT EXISTS lambda_async_events_due ON lambda_async_events (due_at, id);
    `);
    this.#insert = database.prepare(
      "INSERT INTO lambda_async_events (request_id, function_name, payload, client_context, received_at, due_at) VALUES (?, ?, ?, ?, ?, ?)",
    );
    const isFree = `id NOT IN (SELECT value FROM json_each(:running))
      AND function_name NOT IN (SELECT value FROM json_each(:blocked))`;
    this.#due = database.prepare(
      `SELECT * FROM lambda_async_events WHERE due_at <= :now AND ${isFree} ORDER BY due_at, id LIMIT 1`,
    );
    this.#next = database.prepare(
      `SELECT due_at FROM lambda_async_events WHERE ${isFree} ORDER BY due_at, id LIMIT 1`,
    );
    this.#reschedule = database.prepare(
      "UPDATE lambda_async_events SET due_at = ?, attempts = ?, throttles = ?, deliveries = ?, delivery_tries = ? WHERE id = ?",
    );
    this.#remove = database.prepare("DELETE FROM lambda_async_events WHERE id = ?");
  }

  /** Durable when it returns. */
  add(event: {
    requestId: string;
    functionName: string;
    payload: string;
    clientContext?: unknown;
    now: number;
  }): void {
    const context = event.clientContext === undefined ? null : JSON.stringify(event.clientContext);
    const now = Math.floor(event.now);
    this.#insert.run(event.requestId, event.functionName, event.payload, context, now, now);
  }

  /** The event that has been due longest, apart from those running and those of blocked functions. */
  due(now: number, running: Iterable<number>, blocked: readonly string[]): QueuedEvent | undefined {
    const row = this.#due.get({
      now,
      running: JSON.stringify([...running]),
      blocked: JSON.stringify(blocked),
    });
    return row && toEvent(row);
  }

  /** When the next event is due, apart from those running and those of blocked functions. */
  nextDueAt(running: Iterable<number>, blocked: readonly string[]): number | undefined {
    const row = this.#next.get({ running: JSON.stringify([...running]), blocked: JSON.stringify(blocked) });
    return row && Number(row.due_at);
  }

  reschedule(event: QueuedEvent, dueAt: number): void {
    const deliveries = event.deliveries ? JSON.stringify(event.deliveries) : null;
    const { attempts, throttles, deliveryTries, id } = event;
    this.#reschedule.run(Math.ceil(dueAt), attempts, throttles, deliveries, deliveryTries, id);
  }

  remove(event: QueuedEvent): void {
    this.#remove.run(event.id);
  }
}

function toEvent(row: Record<string, unknown>): QueuedEvent {
  return {
    id: Number(row.id),
    requestId: String(row.request_id),
    functionName: String(row.function_name),
    payload: String(row.payload),
    clientContext: row.client_context === null ? undefined : JSON.parse(String(row.client_context)),
    receivedAt: Number(row.received_at),
    attempts: Number(row.attempts),
    throttles: Number(row.throttles),
    deliveries: row.deliveries === null ? undefined : (JSON.parse(String(row.deliveries)) as Delivery[]),
    deliveryTries: Number(row.delivery_tries),
  };
}
