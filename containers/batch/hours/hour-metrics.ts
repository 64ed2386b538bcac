import type { HourReport } from "../../../events/batch/report.ts";
import { METRICS_NAMESPACE } from "../../../events/metrics-namespace.ts";

/** CloudWatch takes data points up to two weeks old. (CloudWatch API reference, MetricDatum) */
const OLDEST_MS = 14 * 24 * 3_600_000;
const BILLIONTH = 1e-9;

/**
 * What an hour came to, as members of a log line in CloudWatch's embedded metric format. The data points are the hour's
 * own, and an hour that is rolled up again adds others: the largest counts.
 * @returns nothing for an hour too old for CloudWatch
 */
export function hourMetrics({ hour, total }: Pick<HourReport, "hour" | "total">, now: number) {
  const timestamp = Date.parse(`${hour}:00:00Z`);
  if (now - timestamp > OLDEST_MS) return {};
  const values = {
    HourObjects: total.objects,
    HourFailures: total.statuses.failed ?? 0,
    HourCost: (total.cost.pooled + total.cost.dedicated) * BILLIONTH,
    HourCostOnePerObject: total.cost.onePerObject * BILLIONTH,
  };
  const metrics = Object.keys(values).map((name) => ({ Name: name, Unit: "None" }));
  return {
    ...values,
    _aws: {
      Timestamp: timestamp,
      CloudWatchMetrics: [{ Namespace: METRICS_NAMESPACE, Dimensions: [[]], Metrics: metrics }],
    },
  };
}
