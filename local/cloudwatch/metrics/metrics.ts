import type { DatabaseSync } from "node:sqlite";
import { type Aggregate, aggregateOfValue, copyOf, merge } from "./aggregate.ts";
import type { MetricName } from "./metric.ts";
import { MetricBuffer } from "./metric-buffer.ts";
import { LISTED_SECONDS, type MetricStore, openMetricStore, type Resolution } from "./metric-store.ts";
import type { Unit } from "./units.ts";

/** A stretch of time cut into periods; all in seconds since the epoch. */
export interface Timeline {
  /** Start of the first period. */
  readonly from: number;
  /** End of the last one, not included. */
  readonly to: number;
  readonly period: number;
}

/** Starts of a timeline's periods, oldest first. */
export function periodsOf({ from, to, period }: Timeline): number[] {
  return Array.from({ length: Math.max(0, Math.ceil((to - from) / period)) }, (_, i) => from + i * period);
}

/** The values of all metrics, stored and about to be stored. */
export class Metrics {
  readonly #store: MetricStore;
  readonly #buffer: MetricBuffer;

  constructor(database: DatabaseSync, log: (line: string) => void) {
    this.#store = openMetricStore(database);
    this.#buffer = new MetricBuffer(database, this.#store, log);
  }

  put(metric: MetricName, value: number, unit: Unit, timestampMs: number): void {
    this.#buffer.add(metric, unit, timestampMs, aggregateOfValue(value));
  }

  add(
    metric: MetricName,
    unit: Unit,
    timestampMs: number,
    aggregate: Aggregate,
    resolution?: Resolution,
  ): void {
    this.#buffer.add(metric, unit, timestampMs, aggregate, resolution);
  }

  /** By start of the period; periods without data are left out. @param unit all units together when left out */
  read(metric: MetricName, timeline: Timeline, unit?: string): Map<number, Aggregate> {
    const merged = new Map<number, Aggregate>();
    for (const { at, unit: stored, aggregate } of this.#periods(metric, timeline)) {
      if (unit !== undefined && stored !== unit) continue;
      const known = merged.get(at);
      merged.set(at, known ? merge(known, aggregate) : copyOf(aggregate));
    }
    return merged;
  }

  /** As `read`, each unit by itself. */
  readByUnit(metric: MetricName, timeline: Timeline): Map<string, Map<number, Aggregate>> {
    const units = new Set(this.#periods(metric, timeline).map(({ unit }) => unit));
    return new Map([...units].map((unit) => [unit, this.read(metric, timeline, unit)]));
  }

  /** @param now seconds since the epoch. @param withinSeconds how old the newest data may be */
  list(now: number, withinSeconds: number = LISTED_SECONDS): MetricName[] {
    this.#buffer.flush();
    return this.#store.list(now - withinSeconds);
  }

  sweep(now: number): void {
    this.#store.sweep(now);
  }

  stop(): void {
    this.#buffer.stop();
  }

  #periods(metric: MetricName, { from, to, period }: Timeline) {
    this.#buffer.flush();
    const id = this.#store.find(metric);
    if (id === undefined) return [];
    return this.#store.read(id, period < 60 ? 1 : 60, from, to).map((stored) => ({
      ...stored,
      at: from + Math.floor((stored.at - from) / period) * period,
    }));
  }
}
