import type { DatabaseSync } from "node:sqlite";

export interface BusRow {
  readonly name: string;
  readonly arn: string;
  readonly description: string | null;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly modified: number;
}

/** Event buses. */
export function createBusStore(database: DatabaseSync) {
  database.exec(`CREATE TABLE IF NOT EXISTS eventbridge_buses (
    name TEXT PRIMARY KEY, arn TEXT NOT NULL, description TEXT, created REAL NOT NULL, modified REAL NOT NULL
  ) STRICT`);
  const insert = database.prepare(
    `INSERT INTO eventbridge_buses (name, arn, description, created, modified)
     VALUES (:name, :arn, :description, :created, :modified) ON CONFLICT DO NOTHING`,
  );
  const select = database.prepare("SELECT * FROM eventbridge_buses WHERE name = ?");
  const selectAll = database.prepare("SELECT * FROM eventbridge_buses ORDER BY name");
  const remove = database.prepare("DELETE FROM eventbridge_buses WHERE name = ?");
  return {
    /** False when there is a bus of that name. */
    insert: (bus: BusRow): boolean => insert.run({ ...bus }).changes > 0,
    find: (name: string) => select.get(name) as unknown as BusRow | undefined,
    list: () => selectAll.all() as unknown as BusRow[],
    remove: (name: string): boolean => remove.run(name).changes > 0,
  };
}

export type BusStore = ReturnType<typeof createBusStore>;
