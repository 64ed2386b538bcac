import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Documents by key: read from memory, written through to SQLite. */
export class DocumentTable<Document extends object> {
  readonly #documents = new Map<string, Document>();
  readonly #keyOf: (document: Document) => string;
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;

  constructor(database: DatabaseSync, table: string, keyOf: (document: Document) => string) {
    database.exec(
      `CREATE TABLE IF NOT EXISTS ${table} (key TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT`,
    );
    this.#keyOf = keyOf;
    this.#insert = database.prepare(`INSERT OR REPLACE INTO ${table} (key, document) VALUES (?, ?)`);
    this.#delete = database.prepare(`DELETE FROM ${table} WHERE key = ?`);
    for (const row of database.prepare(`SELECT key, document FROM ${table} ORDER BY rowid`).all()) {
      this.#documents.set(String(row.key), JSON.parse(String(row.document)) as Document);
    }
  }

  get(key: string): Document | undefined {
    return this.#documents.get(key);
  }

  values(): IterableIterator<Document> {
    return this.#documents.values();
  }

  /** Keeps a document, or what was changed in it. */
  put(document: Document): void {
    const key = this.#keyOf(document);
    this.#documents.set(key, document);
    this.#insert.run(key, JSON.stringify(document));
  }

  delete(key: string): void {
    this.#documents.delete(key);
    this.#delete.run(key);
  }
}
