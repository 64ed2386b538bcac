import type { DatabaseSync } from "node:sqlite";

export interface Dashboard {
  readonly name: string;
  /** JSON text. */
  readonly body: string;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

export interface DashboardStore {
  get(name: string): Dashboard | undefined;
  /** By name. */
  list(prefix: string): Dashboard[];
  put(dashboard: Dashboard): void;
  delete(name: string): void;
}

export function openDashboardStore(database: DatabaseSync): DashboardStore {
  database.exec(`
    CREATE TABLE IF NOT EXISTS cloudwatch_dashboards (
      name TEXT PRIMARY KEY, body TEXT NOT NULL, modified INTEGER NOT NULL
    ) STRICT;
  `);
  const sql = {
    get: database.prepare("SELECT * FROM cloudwatch_dashboards WHERE name = ?"),
    list: database.prepare("SELECT * FROM cloudwatch_dashboards ORDER BY name"),
    put: database.prepare(
      "INSERT OR REPLACE INTO cloudwatch_dashboards (name, body, modified) VALUES (?, ?, ?)",
    ),
    delete: database.prepare("DELETE FROM cloudwatch_dashboards WHERE name = ?"),
  };
  const read = (row: Record<string, unknown>): Dashboard => ({
    name: String(row.name),
    body: String(row.body),
    modified: Number(row.modified),
  });
  return {
    get(name) {
      const row = sql.get.get(name);
      return row && read(row);
    },
    list: (prefix) =>
      sql.list
        .all()
        .map(read)
        .filter(({ name }) => name.startsWith(prefix)),
    put({ name, body, modified }) {
      // What is as wanted already keeps its time.
      if (sql.get.get(name)?.body !== body) sql.put.run(name, body, Math.trunc(modified));
    },
    delete: (name) => void sql.delete.run(name),
  };
}
