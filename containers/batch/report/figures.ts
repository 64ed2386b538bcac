import type { HourReport } from "../../../events/batch/report.ts";
import type { HourRollup } from "../../../events/batch/rollup.ts";
import { type Chart, columnChart, rowChart } from "./charts.ts";
import { count, counted, dollars, duration } from "./format.ts";
import type { Html } from "./html.ts";

const OUTCOMES = [
  { name: "Succeeded", className: "ok" },
  { name: "Failed", className: "bad" },
  { name: "Superseded", className: "old" },
  { name: "Open", className: "open" },
];

/** When jobs became known, and what has become of them. */
export function arrivals({ hour, arrivals: slots, total }: HourReport): Html {
  const busiest = slots.reduce((most, slot) => (sumOf(slot) > sumOf(most) ? slot : most));
  return columnChart({
    id: "arrivals",
    title: "Jobs by the time at which they became known",
    summary: `${counted(total.objects, "job")} in the hour, most of them, ${count(sumOf(busiest))}, in the five minutes from ${minute(hour, busiest.minute)}.`,
    series: OUTCOMES,
    bars: slots.map((slot) => ({
      label: `:${String(slot.minute).padStart(2, "0")}`,
      values: [slot.succeeded, slot.failed, slot.superseded, slot.open],
    })),
  });
}

export function byPipeline({ pipelines }: HourReport): Html {
  return rowChart({
    id: "pipelines",
    title: "Jobs by pipeline",
    summary: pipelines.map(({ pipeline, objects }) => `${pipeline}: ${counted(objects, "job")}`).join(", "),
    series: OUTCOMES,
    bars: pipelines.map((rollup) => ({ label: rollup.pipeline, values: outcomesOf(rollup) })),
  });
}

export function processingTimes({ processing, total }: HourReport): Html {
  const { p50Ms, p95Ms, maxMs } = total.processing;
  return columnChart({
    id: "processing",
    title: "Finished jobs by processing time, up to",
    summary: `Half took ${duration(p50Ms)} or less, 95 percent ${duration(p95Ms)} or less, the slowest ${duration(maxMs)}.`,
    series: [{ name: "Jobs", className: "one" }],
    bars: processing.map(({ upToMs, count: jobs }) => ({
      label: upToMs === null ? "more" : shortDuration(upToMs),
      values: [jobs],
    })),
  });
}

export function byCause({ failures }: HourReport): Html {
  return rowChart({
    id: "causes",
    title: "Failures by cause",
    summary: failures.map(({ cause, count: jobs }) => `${cause}: ${counted(jobs, "job")}`).join(", "),
    series: [{ name: "Failed", className: "bad" }],
    bars: failures.map(({ cause, count: jobs }) => ({ label: cause, values: [jobs] })),
  });
}

/** What the hour cost, beside what it would have. */
export function costs({ total, workers }: HourReport): Html {
  const { pooled, dedicated, onePerObject } = total.cost;
  const paid = pooled + workers.idleCost + dedicated;
  const chart: Chart = {
    id: "costs",
    title: "Cost of task seconds, and with one task per object",
    summary: `${dollars(paid)} as it ran, idle workers included; ${dollars(onePerObject)} with one task per object.`,
    series: [
      { name: "Workers, busy", className: "one" },
      { name: "Workers, idle", className: "old" },
      { name: "Tasks of their own", className: "two" },
    ],
    bars: [
      { label: "As it ran", values: [pooled, workers.idleCost, dedicated] },
      { label: "One per object", values: [0, 0, onePerObject] },
    ],
    format: dollars,
  };
  return rowChart(chart);
}

function outcomesOf({ statuses, open }: HourRollup): number[] {
  return [statuses.succeeded ?? 0, statuses.failed ?? 0, statuses.superseded ?? 0, open];
}

function sumOf({ succeeded, failed, superseded, open }: HourReport["arrivals"][number]): number {
  return succeeded + failed + superseded + open;
}

function minute(hour: string, at: number): string {
  return `${hour.slice(11)}:${String(at).padStart(2, "0")}`;
}

/** For an axis, where room is scarce. */
function shortDuration(ms: number): string {
  if (ms < 100) return `${ms} ms`;
  if (ms < 60_000) return `${ms / 1_000} s`;
  return ms < 3_600_000 ? `${ms / 60_000} m` : `${ms / 3_600_000} h`;
}
