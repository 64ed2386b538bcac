import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import { atomically } from "../database.ts";
import { type Parameter, parameterType, tier } from "./parameter.ts";

/** Older versions than this many are dropped, as Parameter Store does. */
const MAX_VERSIONS = 100;

export type ParameterStore = ReturnType<typeof openParameterStore>;

/** Parameters with their versions, in the runtime's database. */
export function openParameterStore(database: DatabaseSync) {
  database.exec(`
    CREATE TABLE IF NOT EXISTS ssm_parameters (
      name TEXT PRIMARY KEY, type TEXT NOT NULL, tier TEXT NOT NULL, description TEXT, allowed_pattern TEXT,
      tags TEXT NOT NULL, version INTEGER NOT NULL, declared TEXT
    ) STRICT;
    CREATE TABLE IF NOT EXISTS ssm_versions (
      name TEXT NOT NULL REFERENCES ssm_parameters (name) ON DELETE CASCADE, version INTEGER NOT NULL,
      value TEXT NOT NULL, modified INTEGER NOT NULL, modified_by TEXT NOT NULL, PRIMARY KEY (name, version)
    ) STRICT;
  `);
  const columns = `p.name, p.type, p.tier, p.description, p.allowed_pattern, p.tags, p.declared, v.version, v.value, v.modified,
    v.modified_by FROM ssm_parameters p JOIN ssm_versions v ON v.name = p.name`;
  const current = database.prepare(`SELECT ${columns} AND v.version = p.version WHERE p.name = ?`);
  const versioned = database.prepare(`SELECT ${columns} AND v.version = ? WHERE p.name = ?`);
  const after = database.prepare(
    `SELECT ${columns} AND v.version = p.version
     WHERE p.name > ? AND substr(p.name, 1, length(?)) = ? ORDER BY p.name`,
  );
  const upsert = database.prepare(
    `INSERT INTO ssm_parameters (name, type, tier, description, allowed_pattern, tags, version, declared)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
     ON CONFLICT (name) DO UPDATE SET type = ?2, tier = ?3, description = ?4, allowed_pattern = ?5, tags = ?6,
       version = ?7, declared = ?8`,
  );
  const insertVersion = database.prepare(
    "INSERT OR REPLACE INTO ssm_versions (name, version, value, modified, modified_by) VALUES (?, ?, ?, ?, ?)",
  );
  const dropOld = database.prepare("DELETE FROM ssm_versions WHERE name = ? AND version <= ?");
  const removeVersions = database.prepare("DELETE FROM ssm_versions WHERE name = ?");
  const remove = database.prepare("DELETE FROM ssm_parameters WHERE name = ?");

  return {
    find(name: string, version?: number): Parameter | undefined {
      const row = version === undefined ? current.get(name) : versioned.get(version, name);
      return row && toParameter(row);
    },
    /** Parameters by name, from the one after `afterName` on, whose names begin with `prefix`. */
    *list(prefix: string, afterName = ""): Generator<Parameter> {
      for (const row of after.iterate(afterName, prefix, prefix)) yield toParameter(row);
    },
    /** Writes a version; the same version again is written over. */
    put(parameter: Parameter): void {
      atomically(database, () => {
        const { name, type, tier, description, allowedPattern, tags, version, declared } = parameter;
        const tagText = JSON.stringify(tags);
        const optional = [description ?? null, allowedPattern ?? null] as const;
        upsert.run(name, type, tier, ...optional, tagText, version, declared ?? null);
        insertVersion.run(name, version, parameter.value, parameter.modified, parameter.modifiedBy);
        dropOld.run(name, version - MAX_VERSIONS);
      });
    },
    /** @returns whether there was such a parameter */
    remove: (name: string): boolean =>
      atomically(database, () => {
        removeVersions.run(name);
        return Number(remove.run(name).changes) > 0;
      }),
  };
}

function toParameter(row: Record<string, SQLOutputValue>): Parameter {
  const text = (value: SQLOutputValue | undefined) => (typeof value === "string" ? value : undefined);
  return {
    name: String(row.name),
    type: parameterType.parse(row.type),
    tier: tier.parse(row.tier),
    description: text(row.description),
    allowedPattern: text(row.allowed_pattern),
    tags: JSON.parse(String(row.tags)) as Record<string, string>,
    declared: text(row.declared),
    version: Number(row.version),
    value: String(row.value),
    modified: Number(row.modified),
    modifiedBy: String(row.modified_by),
  };
}
