import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { Secret } from "./secret.ts";

export type SecretStore = ReturnType<typeof openSecretStore>;

/** Secrets as JSON documents in the runtime's database. */
export function openSecretStore(database: DatabaseSync) {
  database.exec(`
    CREATE TABLE IF NOT EXISTS secretsmanager_secrets (
      arn TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, secret TEXT NOT NULL
    ) STRICT
  `);
  const byArn = database.prepare("SELECT secret FROM secretsmanager_secrets WHERE arn = ?");
  const byName = database.prepare("SELECT secret FROM secretsmanager_secrets WHERE name = ?");
  const all = database.prepare("SELECT secret FROM secretsmanager_secrets ORDER BY name");
  const put = database.prepare(
    "INSERT OR REPLACE INTO secretsmanager_secrets (arn, name, secret) VALUES (?, ?, ?)",
  );
  const remove = database.prepare("DELETE FROM secretsmanager_secrets WHERE arn = ?");
  return {
    byArn: (arn: string): Secret | undefined => read(byArn.get(arn)),
    byName: (name: string): Secret | undefined => read(byName.get(name)),
    *all(): Generator<Secret> {
      for (const row of all.iterate()) yield JSON.parse(String(row.secret)) as Secret;
    },
    put(secret: Secret): void {
      put.run(secret.arn, secret.name, JSON.stringify(secret));
    },
    remove(arn: string): void {
      remove.run(arn);
    },
  };
}

function read(row: Record<string, SQLOutputValue> | undefined): Secret | undefined {
  return row && (JSON.parse(String(row.secret)) as Secret);
}
