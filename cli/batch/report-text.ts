import type { HourReport } from "../../events/batch/report.ts";
import type { HourRollup } from "../../events/batch/rollup.ts";
import { duration } from "../job-row.ts";
import { table } from "../table.ts";

const HEAD = ["Pipeline", "Objects", "Bytes", "Failed", "Open", "Median", "95 %", "Cost", "One task each"];

/** A report as text. @param page where the page lies */
export function reportText(report: HourReport, page: string): string {
  const { hour, pipelines, total, failures, driven, complete, workers } = report;
  const rows = [...pipelines, ...(pipelines.length > 1 ? [{ ...total, pipeline: "all" }] : [])].map(row);
  return [
    `${hour}: ${complete ? "all jobs are final" : `${total.open} jobs still open; the hour is rolled up again`}`,
    total.objects === 0 ? "No job became known in this hour." : table(HEAD, rows),
    ...failures.map(({ cause, count }) => `Failed, ${cause}: ${count}`),
    ...(driven.lost + driven.stuck > 0
      ? [`Driven again: ${driven.lost} uploads without a job, ${driven.stuck} stuck jobs`]
      : []),
    ...(workers.idleCost > 0 ? [`Idle workers: ${dollars(workers.idleCost)}`] : []),
    page,
  ].join("\n");
}

function row(rollup: HourRollup): string[] {
  const { pipeline, objects, bytes, statuses, open, processing, cost } = rollup;
  return [
    pipeline,
    objects.toLocaleString("en-US"),
    bytes.toLocaleString("en-US"),
    String(statuses.failed ?? 0),
    String(open),
    duration(processing.p50Ms),
    duration(processing.p95Ms),
    dollars(cost.pooled + cost.dedicated),
    dollars(cost.onePerObject),
  ];
}

function dollars(nano: number): string {
  return `$${(nano / 1e9).toFixed(6)}`;
}
