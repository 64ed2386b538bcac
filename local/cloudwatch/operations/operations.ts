import type { Operation } from "../../wire/operation.ts";
import type { CloudWatchContext } from "../context.ts";
import * as alarms from "./alarms.ts";
import * as dashboards from "./dashboards.ts";
import { ListMetrics } from "./list-metrics.ts";
import * as metricData from "./metric-data.ts";
import * as tags from "./tags.ts";

/** Every operation of CloudWatch that is played. Dashboards are made by the template alone. */
export const operations: Readonly<Record<string, Operation<CloudWatchContext>>> = {
  ...metricData,
  ...alarms,
  ...tags,
  ...dashboards,
  ListMetrics,
};
