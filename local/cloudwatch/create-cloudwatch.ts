import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../clock.ts";
import { parseInput } from "../wire/operation.ts";
import type { Realm } from "../wire/realm.ts";
import type { GatewayService } from "../wire/service.ts";
import type { Alarm } from "./alarms/alarm.ts";
import { openAlarmStore } from "./alarms/alarm-store.ts";
import { type Act, Alarms, HIGH_RESOLUTION_MS, STANDARD_MS } from "./alarms/alarms.ts";
import type { AlarmEvent } from "./alarms/state-change-event.ts";
import { type Dashboard, openDashboardStore } from "./dashboard-store.ts";
import { EmbeddedMetricError, embeddedMetrics } from "./embedded-metrics.ts";
import { checkTimestamp } from "./metrics/check-datum.ts";
import { dimensionsOf } from "./metrics/metric.ts";
import { Metrics } from "./metrics/metrics.ts";
import type { Unit } from "./metrics/units.ts";
import { onEvery } from "./minute-clock.ts";
import { readAlarm } from "./operations/alarm-configuration.ts";
import { PutMetricAlarm } from "./operations/alarms.ts";
import { cloudWatchService } from "./wire/cloudwatch-service.ts";

export type { Alarm, Transition } from "./alarms/alarm.ts";
export type { Act } from "./alarms/alarms.ts";
export type { AlarmEvent } from "./alarms/state-change-event.ts";
export type { Unit } from "./metrics/units.ts";

export interface CloudWatchOptions {
  readonly realm: Realm;
  readonly database: DatabaseSync;
  readonly clock: Clock;
  /** Puts an alarm's change on the default bus, in the transaction that is open on the database. */
  readonly publish: (event: AlarmEvent) => void;
  /** Does an alarm's action; a failure is logged and noted in the alarm's history. */
  readonly act: Act;
  /**
   * Called at the end of each minute, before alarms are evaluated, to put what is measured once a minute.
   * @param atMs within the minute that ends
   */
  readonly sample?: (atMs: number) => void;
  readonly log?: (line: string) => void;
}

/** A measured value, as services report it. */
export type Put = (
  namespace: string,
  name: string,
  dimensions: Readonly<Record<string, string>>,
  value: number,
  unit: Unit,
  timestampMs: number,
) => void;

/** The same, as those say it who measure in objects. */
export interface Measurement {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  readonly unit: Unit;
  /** Milliseconds since the epoch, in the runtime's time. */
  readonly timestamp: number;
}

/** CloudWatch's metrics, alarms and dashboards. */
export interface CloudWatch {
  readonly service: GatewayService;
  /** Takes a value in; readers see it at once, and it is stored within half a second. */
  readonly put: Put;
  /** Takes in the metrics of log lines in the embedded metric format. Lines that are not, cost a text search. */
  ingestLogEvents(group: string, stream: string, events: readonly { readonly message: string }[]): void;
  /**
   * PutMetricAlarm; what is as wanted already stays, and so does the state.
   * @throws AwsError, NotPlayedError as the API does
   */
  putAlarm(input: unknown): { readonly arn: string; readonly name: string };
  /** Nothing when there is none. */
  deleteAlarm(name: string): void;
  describeAlarm(name: string): Alarm | undefined;
  /** @param body JSON text */
  putDashboard(name: string, body: string): void;
  deleteDashboard(name: string): void;
  describeDashboard(name: string): Dashboard | undefined;
  /** Begins to sample and to evaluate. */
  start(): void;
  /** Ends sampling and evaluation; values are still taken. */
  stop(): void;
  /** Stores what was put, and takes no more; call after `stop`. */
  close(): void;
}

const SWEEP_MS = 15 * 60_000;

export function createCloudWatch(options: CloudWatchOptions): CloudWatch {
  const { realm, database, clock, publish, act, sample, log = () => {} } = options;
  const now = () => Math.trunc(clock.now());
  const metrics = new Metrics(database, log);
  const store = openAlarmStore(database);
  const alarms = new Alarms({ realm, database, store, metrics, now, publish, act, log });
  const dashboards = openDashboardStore(database);
  const endings: (() => void)[] = [];

  const tick = (atMs: number) => {
    try {
      if (atMs % STANDARD_MS === 0) sample?.(atMs - 1);
      alarms.evaluate(atMs);
      if (atMs % SWEEP_MS === 0) sweep(atMs);
    } catch (error) {
      log(`cloudwatch: ${(error as Error).message}`);
    }
  };
  const sweep = (atMs: number) => {
    metrics.sweep(atMs / 1000);
    store.sweep(atMs);
  };

  return {
    service: cloudWatchService({ realm, metrics, alarms, dashboards, now }),
    put: (Namespace, MetricName, dimensions, value, unit, timestampMs) =>
      metrics.put({ Namespace, MetricName, Dimensions: dimensionsOf(dimensions) }, value, unit, timestampMs),
    ingestLogEvents(group, stream, events) {
      for (const { message } of events) {
        try {
          for (const { metric, unit, timestamp, aggregate, resolution } of embeddedMetrics(message)) {
            checkTimestamp(timestamp, now(), "_aws");
            metrics.add(metric, unit, timestamp, aggregate, resolution);
          }
        } catch (error) {
          const known = error instanceof EmbeddedMetricError || error instanceof Error;
          log(`cloudwatch: metrics in ${group} ${stream} were not taken: ${known ? error.message : error}`);
        }
      }
    },
    putAlarm(input) {
      const parsed = parseInput("cloudwatch", "PutMetricAlarm", PutMetricAlarm, input, "ValidationError");
      const { Tags, ...given } = parsed as Parameters<typeof readAlarm>[0] & {
        Tags?: { Key: string; Value: string }[];
      };
      const tags = Tags && Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
      const alarm = alarms.put(readAlarm(given), tags);
      return { arn: alarm.arn, name: alarm.configuration.AlarmName };
    },
    deleteAlarm: (name) => alarms.delete(name),
    describeAlarm: (name) => store.get(name),
    putDashboard: (name, body) => dashboards.put({ name, body, modified: now() }),
    deleteDashboard: (name) => dashboards.delete(name),
    describeDashboard: (name) => dashboards.get(name),
    start() {
      sweep(now());
      endings.push(onEvery(clock, HIGH_RESOLUTION_MS, tick));
    },
    stop() {
      for (const end of endings.splice(0)) end();
    },
    close: () => metrics.stop(),
  };
}
