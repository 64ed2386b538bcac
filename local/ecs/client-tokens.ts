import { createHash } from "node:crypto";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Clock } from "../clock.ts";
import { conflict } from "./errors.ts";

const VALID_MS = 24 * 60 * 60 * 1000;

/** RunTask's idempotency: a token is known per cluster for 24 hours (ECS API reference, ensuring idempotency). */
export class ClientTokens {
  readonly #clock: Clock;
  readonly #find: StatementSync;
  readonly #insert: StatementSync;
  readonly #expire: StatementSync;

  constructor(database: DatabaseSync, clock: Clock) {
    database.exec(
      `CREATE TABLE IF NOT EXISTS ecs_client_tokens (
         cluster TEXT, token TEXT, request TEXT NOT NULL, task_arns TEXT NOT NULL, expires_at INTEGER NOT NULL,
         PRIMARY KEY (cluster, token)) STRICT`,
    );
    this.#clock = clock;
    this.#find = database.prepare(
      "SELECT request, task_arns FROM ecs_client_tokens WHERE cluster = ? AND token = ? AND expires_at > ?",
    );
    this.#insert = database.prepare("INSERT OR REPLACE INTO ecs_client_tokens VALUES (?, ?, ?, ?, ?)");
    this.#expire = database.prepare("DELETE FROM ecs_client_tokens WHERE expires_at <= ?");
  }

  /**
   * The tasks that the same request with the same token started, if any.
   * @throws AwsError ConflictException when the token came with other parameters
   */
  find(cluster: string, token: string, request: unknown): string[] | undefined {
    const row = this.#find.get(cluster, token, Math.trunc(this.#clock.now()));
    if (!row) return undefined;
    const taskArns = JSON.parse(String(row.task_arns)) as string[];
    if (row.request !== digest(request)) {
      throw conflict("The clientToken was used before with other parameters.", taskArns);
    }
    return taskArns;
  }

  remember(cluster: string, token: string, request: unknown, taskArns: readonly string[]): void {
    const now = Math.trunc(this.#clock.now());
    this.#expire.run(now);
    this.#insert.run(cluster, token, digest(request), JSON.stringify(taskArns), now + VALID_MS);
  }
}

/** The same for requests that differ in the order of their members only. */
function digest(request: unknown): string {
  const sorted = (_key: string, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return createHash("sha256").update(JSON.stringify(request, sorted)).digest("hex");
}
