import type { DatabaseSync } from "node:sqlite";

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** Tags of rules and buses, by ARN. */
export function createTagStore(database: DatabaseSync) {
  database.exec(`CREATE TABLE IF NOT EXISTS eventbridge_tags (
    arn TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (arn, key)
  ) STRICT`);
  const upsert = database.prepare(
    "INSERT OR REPLACE INTO eventbridge_tags (arn, key, value) VALUES (?, ?, ?)",
  );
  const select = database.prepare(
    "SELECT key AS Key, value AS Value FROM eventbridge_tags WHERE arn = ? ORDER BY key",
  );
  const remove = database.prepare("DELETE FROM eventbridge_tags WHERE arn = ? AND key = ?");
  const removeAll = database.prepare("DELETE FROM eventbridge_tags WHERE arn = ?");
  return {
    put: (arn: string, tags: readonly Tag[]) => {
      for (const tag of tags) upsert.run(arn, tag.Key, tag.Value);
    },
    list: (arn: string) => select.all(arn).map((row) => ({ ...row }) as unknown as Tag),
    remove: (arn: string, keys: readonly string[]) => {
      for (const key of keys) remove.run(arn, key);
    },
    removeAll: (arn: string) => void removeAll.run(arn),
  };
}

export type TagStore = ReturnType<typeof createTagStore>;
