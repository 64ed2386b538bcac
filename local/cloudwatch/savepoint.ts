import type { DatabaseSync } from "node:sqlite";

/**
 * Keeps all of what `change` writes, or nothing. A savepoint rather than BEGIN, because metrics may be stored while
 * another service has a transaction open on the same database.
 */
export function atomically<Result>(database: DatabaseSync, change: () => Result): Result {
  database.exec("SAVEPOINT cloudwatch");
  try {
    const result = change();
    database.exec("RELEASE cloudwatch");
    return result;
  } catch (error) {
    // On a full disk SQLite may have rolled everything back by itself.
    if (database.isTransaction) database.exec("ROLLBACK TO cloudwatch; RELEASE cloudwatch");
    throw error;
  }
}
