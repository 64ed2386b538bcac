import type { DatabaseSync } from "node:sqlite";
import { atomically } from "../../database.ts";
import { type Aggregate, copyOf, merge } from "./aggregate.ts";
import { type MetricName, metricKey } from "./metric.ts";
import type { MetricStore, Resolution } from "./metric-store.ts";

/** How long a value waits for others to be stored with, in real milliseconds. */
const TICK_MS = 500;
/** Periods that wait at most; past it they are stored at once. */
const MAX_PERIODS = 20_000;
/** After a failed commit (a full disk) the next is tried this much later. */
const RETRY_MS = 5_000;

interface Waiting {
  readonly metric: MetricName;
  readonly resolution: Resolution;
  readonly at: number;
  readonly unit: string;
  readonly aggregate: Aggregate;
}

/**
 * Aggregates values in memory and stores them in one transaction a tick: a metric that gets a thousand values a
 * second costs one row written. What a killed runtime had not stored yet, half a second's values, is lost.
 */
export class MetricBuffer {
  readonly #database: DatabaseSync;
  readonly #store: MetricStore;
  readonly #log: (line: string) => void;
  #waiting = new Map<string, Waiting>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(database: DatabaseSync, store: MetricStore, log: (line: string) => void) {
    this.#database = database;
    this.#store = store;
    this.#log = log;
  }

  /** @param timestampMs milliseconds since the epoch */
  add(
    metric: MetricName,
    unit: string,
    timestampMs: number,
    aggregate: Aggregate,
    resolution: Resolution = 60,
  ): void {
    if (this.#stopped) return;
    const seconds = Math.floor(timestampMs / 1000);
    this.#collect(metric, 60, seconds - (seconds % 60), unit, aggregate);
    if (resolution === 1) this.#collect(metric, 1, seconds, unit, aggregate);
    if (this.#waiting.size > MAX_PERIODS) this.flush();
    else this.#arm(TICK_MS);
  }

  /** Stores everything that waits. @throws when the database cannot take it; nothing is lost then */
  flush(): void {
    if (this.#waiting.size === 0) return;
    atomically(this.#database, () => {
      for (const { metric, resolution, at, unit, aggregate } of this.#waiting.values()) {
        const id = this.#store.idOf(metric);
        const before = this.#store.get(id, resolution, at, unit);
        this.#store.put(id, resolution, {
          at,
          unit,
          aggregate: before ? merge(before, aggregate) : aggregate,
        });
      }
    });
    this.#waiting = new Map();
  }

  /** Stores everything and ends the timer; what comes later is dropped. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.flush();
  }

  #collect(metric: MetricName, resolution: Resolution, at: number, unit: string, aggregate: Aggregate): void {
    const key = `${resolution} ${at} ${unit} ${metricKey(metric)}`;
    const known = this.#waiting.get(key);
    if (known) merge(known.aggregate, aggregate);
    else this.#waiting.set(key, { metric, resolution, at, unit, aggregate: copyOf(aggregate) });
  }

  #arm(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      try {
        this.flush();
      } catch (error) {
        this.#log(`cloudwatch: metrics could not be stored: ${(error as Error).message}`);
        this.#arm(RETRY_MS);
      }
    }, ms);
  }
}
