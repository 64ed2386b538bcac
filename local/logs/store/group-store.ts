import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import { alreadyExists, noSuchGroup } from "../errors.ts";

export interface LogGroup {
  readonly id: number;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  /** Undefined keeps events for ever. */
  readonly retentionDays: number | undefined;
  readonly storedBytes: number;
  readonly tags: Readonly<Record<string, string>>;
}

export type GroupStore = ReturnType<typeof openGroupStore>;

export function openGroupStore(database: DatabaseSync) {
  const insert = database.prepare(
    "INSERT INTO logs_groups (name, created, retention_days, tags) VALUES (?, ?, ?, ?)",
  );
  const byName = database.prepare("SELECT * FROM logs_groups WHERE name = ?");
  const page = database.prepare(
    `SELECT * FROM logs_groups WHERE name > ? AND substr(name, 1, length(?)) = ? AND instr(name, ?) > 0
     ORDER BY name LIMIT ?`,
  );
  const withRetention = database.prepare("SELECT * FROM logs_groups WHERE retention_days IS NOT NULL");
  const setRetention = database.prepare("UPDATE logs_groups SET retention_days = ? WHERE id = ?");
  const setTags = database.prepare("UPDATE logs_groups SET tags = ? WHERE id = ?");
  const addBytes = database.prepare("UPDATE logs_groups SET stored_bytes = stored_bytes + ? WHERE id = ?");
  const remove = database.prepare("DELETE FROM logs_groups WHERE id = ?");

  const find = (name: string): LogGroup | undefined => {
    const row = byName.get(name);
    return row && toGroup(row);
  };
  return {
    find,
    /** @throws AwsError ResourceNotFoundException */
    get(name: string): LogGroup {
      const group = find(name);
      if (!group) throw noSuchGroup(name);
      return group;
    },
    /** @throws AwsError ResourceAlreadyExistsException */
    create(group: Pick<LogGroup, "name" | "created" | "retentionDays" | "tags">): void {
      if (find(group.name)) throw alreadyExists("group", group.name);
      insert.run(group.name, group.created, group.retentionDays ?? null, JSON.stringify(group.tags));
    },
    /** Groups by name, from the one after `after` on. */
    list(query: { after: string; prefix: string; contains: string; limit: number }): LogGroup[] {
      const { after, prefix, contains, limit } = query;
      return page.all(after, prefix, prefix, contains, limit).map(toGroup);
    },
    withRetention: (): LogGroup[] => withRetention.all().map(toGroup),
    setRetention(id: number, days: number | undefined): void {
      setRetention.run(days ?? null, id);
    },
    setTags(id: number, tags: Readonly<Record<string, string>>): void {
      setTags.run(JSON.stringify(tags), id);
    },
    addBytes(id: number, bytes: number): void {
      addBytes.run(bytes, id);
    },
    remove(id: number): void {
      remove.run(id);
    },
  };
}

function toGroup(row: Record<string, SQLOutputValue>): LogGroup {
  return {
    id: Number(row.id),
    name: String(row.name),
    created: Number(row.created),
    retentionDays: row.retention_days === null ? undefined : Number(row.retention_days),
    storedBytes: Number(row.stored_bytes),
    tags: JSON.parse(String(row.tags)) as Record<string, string>,
  };
}
