import type { DatabaseSync } from "node:sqlite";
import type { Aggregate } from "./aggregate.ts";
import { dimensionsKey, type MetricName, metricKey, readDimensionsKey } from "./metric.ts";

/** Seconds that a stored period is long: minutes for every metric, seconds too for high-resolution ones. */
export type Resolution = 1 | 60;

export interface StoredPeriod {
  /** Start, seconds since the epoch. */
  readonly at: number;
  readonly unit: string;
  readonly aggregate: Aggregate;
}

/** Minutes are kept for 15 days, seconds for 3 hours, as CloudWatch does; what it then sums up coarser, is dropped. */
const KEPT_SECONDS: Readonly<Record<Resolution, number>> = { 1: 3 * 3600, 60: 15 * 86_400 };
/** ListMetrics knows what had data within two weeks (CloudWatch API reference). */
export const LISTED_SECONDS = 14 * 86_400;

export interface MetricStore {
  /** The metric's number, made when missing. */
  idOf(metric: MetricName): number;
  find(metric: MetricName): number | undefined;
  get(id: number, resolution: Resolution, at: number, unit: string): Aggregate | undefined;
  put(id: number, resolution: Resolution, period: StoredPeriod): void;
  /** Periods that start in [from, to), oldest first. */
  read(id: number, resolution: Resolution, from: number, to: number): StoredPeriod[];
  /** Metrics with data since a time (seconds since the epoch). */
  list(since: number): MetricName[];
  /** Drops what is older than it is kept for. */
  sweep(now: number): void;
}

export function openMetricStore(database: DatabaseSync): MetricStore {
  database.exec(`
    CREATE TABLE IF NOT EXISTS cloudwatch_metrics (
      id INTEGER PRIMARY KEY, namespace TEXT NOT NULL, name TEXT NOT NULL, dimensions TEXT NOT NULL,
      UNIQUE (namespace, name, dimensions)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS cloudwatch_periods (
      metric INTEGER NOT NULL, resolution INTEGER NOT NULL, at INTEGER NOT NULL, unit TEXT NOT NULL,
      count REAL NOT NULL, sum REAL NOT NULL, min REAL NOT NULL, max REAL NOT NULL, distribution TEXT,
      PRIMARY KEY (metric, resolution, at, unit)
    ) STRICT, WITHOUT ROWID;
  `);
  const sql = {
    find: database.prepare(
      "SELECT id FROM cloudwatch_metrics WHERE namespace = ? AND name = ? AND dimensions = ?",
    ),
    add: database.prepare("INSERT INTO cloudwatch_metrics (namespace, name, dimensions) VALUES (?, ?, ?)"),
    get: database.prepare(
      "SELECT * FROM cloudwatch_periods WHERE metric = ? AND resolution = ? AND at = ? AND unit = ?",
    ),
    put: database.prepare(
      `INSERT OR REPLACE INTO cloudwatch_periods (metric, resolution, at, unit, count, sum, min, max, distribution)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    read: database.prepare(
      `SELECT * FROM cloudwatch_periods WHERE metric = ? AND resolution = ? AND at >= ? AND at < ? ORDER BY at`,
    ),
    list: database.prepare(
      `SELECT namespace, name, dimensions FROM cloudwatch_metrics WHERE EXISTS (
         SELECT 1 FROM cloudwatch_periods WHERE metric = id AND resolution = 60 AND at >= ?
       ) ORDER BY namespace, name, dimensions`,
    ),
    drop: database.prepare("DELETE FROM cloudwatch_periods WHERE resolution = ? AND at < ?"),
    forget: database.prepare(
      "DELETE FROM cloudwatch_metrics WHERE NOT EXISTS (SELECT 1 FROM cloudwatch_periods WHERE metric = id)",
    ),
  };
  const ids = new Map<string, number>();
  const find = (metric: MetricName): number | undefined => {
    const key = metricKey(metric);
    const known = ids.get(key);
    if (known !== undefined) return known;
    const row = sql.find.get(metric.Namespace, metric.MetricName, dimensionsKey(metric.Dimensions));
    if (row) ids.set(key, Number(row.id));
    return row && Number(row.id);
  };
  return {
    find,
    idOf(metric) {
      const known = find(metric);
      if (known !== undefined) return known;
      const added = sql.add.run(metric.Namespace, metric.MetricName, dimensionsKey(metric.Dimensions));
      return Number(added.lastInsertRowid);
    },
    get(id, resolution, at, unit) {
      const row = sql.get.get(id, resolution, at, unit);
      return row && periodOf(row).aggregate;
    },
    put(id, resolution, { at, unit, aggregate: { count, sum, min, max, values } }) {
      const distribution = values ? JSON.stringify([...values]) : null;
      sql.put.run(id, resolution, at, unit, count, sum, min, max, distribution);
    },
    read: (id, resolution, from, to) => sql.read.all(id, resolution, from, to).map(periodOf),
    list: (since) =>
      sql.list.all(since).map((row) => ({
        Namespace: String(row.namespace),
        MetricName: String(row.name),
        Dimensions: readDimensionsKey(String(row.dimensions)),
      })),
    sweep(now) {
      for (const resolution of [1, 60] as const) {
        sql.drop.run(resolution, Math.floor(now - KEPT_SECONDS[resolution]));
      }
      ids.clear();
      sql.forget.run();
    },
  };
}

function periodOf(row: Record<string, unknown>): StoredPeriod {
  return {
    at: Number(row.at),
    unit: String(row.unit),
    aggregate: {
      count: Number(row.count),
      sum: Number(row.sum),
      min: Number(row.min),
      max: Number(row.max),
      values:
        row.distribution === null
          ? undefined
          : new Map(JSON.parse(String(row.distribution)) as [number, number][]),
    },
  };
}
