import type { DatabaseSync } from "node:sqlite";

/**
 * Runs `work`, which must be synchronous, in one transaction: all of its changes or none.
 * The connection is shared by the runtime's services; nothing else can run on it meanwhile.
 */
export function transaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    // A full disk makes SQLite roll back by itself.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
