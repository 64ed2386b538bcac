import type { Realm } from "../wire/realm.ts";
import type { Alarms } from "./alarms/alarms.ts";
import type { DashboardStore } from "./dashboard-store.ts";
import type { Metrics } from "./metrics/metrics.ts";

/** What CloudWatch's operations work on. */
export interface CloudWatchContext {
  readonly realm: Realm;
  readonly metrics: Metrics;
  readonly alarms: Alarms;
  readonly dashboards: DashboardStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
