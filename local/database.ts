import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * The database that our services share, each with tables of its own. With a write-ahead log and
 * `synchronous = NORMAL` a committed change survives the process being killed at any moment.
 */
export function openDatabase(directory: string): DatabaseSync {
  mkdirSync(directory, { recursive: true });
  const database = new DatabaseSync(join(directory, "state.db"));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;");
  return database;
}

/**
 * Runs `change`, which must be synchronous: all of what it writes is kept, or nothing. Inside another's transaction it
 * is kept or lost with that one, and when it fails alone, it alone is undone.
 */
export function atomically<Result>(database: DatabaseSync, change: () => Result): Result {
  const [begin, commit, rollback] = database.isTransaction ? SAVEPOINT : TRANSACTION;
  database.exec(begin);
  try {
    const result = change();
    database.exec(commit);
    return result;
  } catch (error) {
    // A full disk makes SQLite roll everything back by itself.
    if (database.isTransaction) database.exec(rollback);
    throw error;
  }
}

const TRANSACTION = ["BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"] as const;
const SAVEPOINT = ["SAVEPOINT change", "RELEASE change", "ROLLBACK TO change; RELEASE change"] as const;
