import type { RollupList } from "../../../../api/schemas/reports.ts";
import type { Bar } from "../../charts/bar-chart.tsx";
import { count, dollars, minute, moment } from "../../lib/format.ts";

const HOUR_MS = 3_600_000;

/** When an hour such as `2026-11-22T13` starts, in milliseconds since the epoch. */
export function startOf(hour: string): number {
  return Date.parse(`${hour}:00:00Z`);
}

/** So many hours up to the one that is going on. */
export function hoursOf(hours: number, now: number): { readonly from: string; readonly to: string } {
  const at = (time: number) => new Date(time).toISOString().slice(0, 13);
  return { from: at(now - (hours - 1) * HOUR_MS), to: at(now) };
}

/** A bar for each hour that is on record. */
export function hourBars({ rollups }: RollupList, what: "objects" | "cost"): Bar[] {
  return rollups.map((rollup) => {
    const start = startOf(rollup.hour);
    const { statuses, cost } = rollup;
    const done = statuses.succeeded ?? 0;
    const failed = statuses.failed ?? 0;
    const parts =
      what === "objects"
        ? [
            { name: "Succeeded", colour: "--series-1", value: done },
            { name: "Other", colour: "--series-3", value: Math.max(0, rollup.objects - done - failed) },
            { name: "Failed", colour: "--series-bad", value: failed },
          ]
        : [
            { name: "Pooled", colour: "--series-1", value: cost.pooled },
            { name: "Dedicated", colour: "--series-2", value: cost.dedicated },
          ];
    const said =
      what === "objects"
        ? `${count(rollup.objects)} objects, ${count(failed)} failed`
        : `${dollars(cost.pooled + cost.dedicated)}, one task per object ${dollars(cost.onePerObject)}`;
    return { label: minute(start), title: `${moment(start)}: ${said}`, parts };
  });
}
