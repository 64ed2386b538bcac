import type { DatabaseSync } from "node:sqlite";
import type { Alarm } from "./alarm.ts";

export type HistoryType = "ConfigurationUpdate" | "StateUpdate" | "Action";

export interface HistoryItem {
  readonly alarmName: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly type: HistoryType;
  readonly summary: string;
  /** JSON text. */
  readonly data: string;
}

/** CloudWatch keeps an alarm's history for 30 days; here the newest 10,000 items of all alarms, at most. */
const HISTORY_MS = 30 * 86_400_000;
const HISTORY_ITEMS = 10_000;

export interface AlarmStore {
  get(name: string): Alarm | undefined;
  /** By name. */
  all(): Alarm[];
  put(alarm: Alarm): void;
  delete(name: string): void;
  note(item: HistoryItem): void;
  /** Newest first. */
  history(): HistoryItem[];
  /** @param now milliseconds since the epoch */
  sweep(now: number): void;
}

/** Alarms are few and asked for every minute: they are kept in memory too. */
export function openAlarmStore(database: DatabaseSync): AlarmStore {
  database.exec(`
    CREATE TABLE IF NOT EXISTS cloudwatch_alarms (name TEXT PRIMARY KEY, alarm TEXT NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS cloudwatch_alarm_history (
      id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, item TEXT NOT NULL
    ) STRICT;
  `);
  const sql = {
    put: database.prepare("INSERT OR REPLACE INTO cloudwatch_alarms (name, alarm) VALUES (?, ?)"),
    delete: database.prepare("DELETE FROM cloudwatch_alarms WHERE name = ?"),
    note: database.prepare("INSERT INTO cloudwatch_alarm_history (at, item) VALUES (?, ?)"),
    history: database.prepare("SELECT item FROM cloudwatch_alarm_history ORDER BY id DESC"),
    sweep: database.prepare(
      `DELETE FROM cloudwatch_alarm_history WHERE at < ?
       OR id <= (SELECT MAX(id) FROM cloudwatch_alarm_history) - ${HISTORY_ITEMS}`,
    ),
  };
  const stored = database.prepare("SELECT alarm FROM cloudwatch_alarms").all();
  const alarms = new Map(
    stored.map((row) => {
      const alarm = JSON.parse(String(row.alarm)) as Alarm;
      return [alarm.configuration.AlarmName, alarm] as const;
    }),
  );
  return {
    get: (name) => alarms.get(name),
    all: () => [...alarms].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, alarm]) => alarm),
    put(alarm) {
      sql.put.run(alarm.configuration.AlarmName, JSON.stringify(alarm));
      alarms.set(alarm.configuration.AlarmName, alarm);
    },
    delete(name) {
      sql.delete.run(name);
      alarms.delete(name);
    },
    note: (item) => void sql.note.run(Math.trunc(item.at), JSON.stringify(item)),
    history: () => sql.history.all().map((row) => JSON.parse(String(row.item)) as HistoryItem),
    sweep: (now) => void sql.sweep.run(Math.trunc(now - HISTORY_MS)),
  };
}
