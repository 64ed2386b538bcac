import type { DatabaseSync } from "node:sqlite";

/**
 * Settings that were changed through the API and must outlive a restart. Each remembers the template's value at
 * that time: a deployment that changes the template wins over the API, one that does not leaves it alone, as
 * CloudFormation does.
 */
export class SettingsStore {
  readonly #read;
  readonly #write;

  constructor(database: DatabaseSync) {
    database.exec(
      "CREATE TABLE IF NOT EXISTS lambda_settings (key TEXT PRIMARY KEY, template TEXT NOT NULL, value TEXT NOT NULL)",
    );
    this.#read = database.prepare("SELECT template, value FROM lambda_settings WHERE key = ?");
    this.#write = database.prepare(
      "INSERT INTO lambda_settings (key, template, value) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET template = excluded.template, value = excluded.value",
    );
  }

  /** The value set through the API, or the template's when that has changed since, or nothing was set. */
  resolve<T>(key: string, template: T): T {
    const row = this.#read.get(key);
    if (!row || row.template !== encode(template)) return template;
    return decode(String(row.value)) as T;
  }

  set<T>(key: string, template: T, value: T): void {
    this.#write.run(key, encode(template), encode(value));
  }
}

function encode(value: unknown): string {
  return JSON.stringify({ value });
}

function decode(text: string): unknown {
  return (JSON.parse(text) as { value?: unknown }).value;
}
