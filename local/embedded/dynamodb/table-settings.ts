import { type Dynalite, promised } from "./dynalite.ts";
import type { TableSettings } from "./table-definition.ts";

/** Not a name that a table can have. */
const PART = "~settings";

/** Keeps, beside dynalite's tables, the settings that it has no place for. */
export interface SettingsStore {
  get(tableName: string): TableSettings;
  set(tableName: string, change: TableSettings): Promise<void>;
  remove(tableName: string): Promise<void>;
  all(): Iterable<readonly [tableName: string, TableSettings]>;
}

export async function openSettings(dynalite: Dynalite): Promise<SettingsStore> {
  const part = dynalite.store.getTagDb(PART);
  const settings = new Map<string, TableSettings>();
  for await (const row of part.createValueStream()) {
    const { tableName, ...rest } = row as unknown as { tableName: string } & TableSettings;
    settings.set(tableName, rest);
  }
  return {
    get: (tableName) => settings.get(tableName) ?? {},
    async set(tableName, change) {
      const next = { ...settings.get(tableName), ...change };
      settings.set(tableName, next);
      await promised((done) => part.put(tableName, { tableName, ...next }, done));
    },
    async remove(tableName) {
      settings.delete(tableName);
      await promised((done) => part.del(tableName, done));
    },
    all: () => settings,
  };
}
