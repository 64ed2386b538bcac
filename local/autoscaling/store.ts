import type { DatabaseSync } from "node:sqlite";
import type { ScalableTarget, ScalingActivity, ScalingPolicy, ScheduledAction } from "./model.ts";

/** Documents of one kind, by key. */
export interface Documents<Document> {
  get(key: string): Document | undefined;
  /** In the order of their keys. */
  all(): Document[];
  put(key: string, document: Document): void;
  delete(key: string): void;
}

export interface AutoScalingStore {
  /** By resource id. */
  readonly targets: Documents<ScalableTarget>;
  /** By resource id and name. */
  readonly policies: Documents<ScalingPolicy>;
  /** By resource id and name. */
  readonly actions: Documents<ScheduledAction>;
  /** Newest first. */
  activities(): ScalingActivity[];
  /** Adds an activity, or replaces the one with its id. */
  putActivity(activity: ScalingActivity): void;
}

/** Application Auto Scaling remembers six weeks; here the newest 1,000 activities. */
const MAX_ACTIVITIES = 1_000;

/** What names a policy or an action of a resource. */
export function keyOf(resourceId: string, name: string): string {
  return JSON.stringify([resourceId, name]);
}

export function openAutoScalingStore(database: DatabaseSync): AutoScalingStore {
  database.exec(`
    CREATE TABLE IF NOT EXISTS autoscaling_activities (
      number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, document TEXT NOT NULL
    ) STRICT;
  `);
  const sql = {
    all: database.prepare("SELECT document FROM autoscaling_activities ORDER BY number DESC"),
    put: database.prepare(
      `INSERT INTO autoscaling_activities (id, document) VALUES (?, ?)
       ON CONFLICT (id) DO UPDATE SET document = excluded.document`,
    ),
    trim: database.prepare(
      `DELETE FROM autoscaling_activities
       WHERE number <= (SELECT MAX(number) FROM autoscaling_activities) - ${MAX_ACTIVITIES}`,
    ),
  };
  return {
    targets: openDocuments(database, "autoscaling_targets"),
    policies: openDocuments(database, "autoscaling_policies"),
    actions: openDocuments(database, "autoscaling_scheduled_actions"),
    activities: () => sql.all.all().map((row) => JSON.parse(String(row.document)) as ScalingActivity),
    putActivity(activity) {
      sql.put.run(activity.id, JSON.stringify(activity));
      sql.trim.run();
    },
  };
}

function openDocuments<Document>(database: DatabaseSync, table: string): Documents<Document> {
  database.exec(`CREATE TABLE IF NOT EXISTS ${table} (key TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT`);
  const sql = {
    get: database.prepare(`SELECT document FROM ${table} WHERE key = ?`),
    all: database.prepare(`SELECT document FROM ${table} ORDER BY key`),
    put: database.prepare(`INSERT OR REPLACE INTO ${table} (key, document) VALUES (?, ?)`),
    delete: database.prepare(`DELETE FROM ${table} WHERE key = ?`),
  };
  const read = (row: Record<string, unknown>) => JSON.parse(String(row.document)) as Document;
  return {
    get(key) {
      const row = sql.get.get(key);
      return row && read(row);
    },
    all: () => sql.all.all().map(read),
    put: (key, document) => void sql.put.run(key, JSON.stringify(document)),
    delete: (key) => void sql.delete.run(key),
  };
}
