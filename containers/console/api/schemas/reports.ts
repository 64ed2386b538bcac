import { z } from "@hono/zod-openapi";
import { hour } from "../../../../events/batch/hour.ts";
import { hourReport as storedReport } from "../../../../events/batch/report.ts";
import { hourRollup as storedRollup } from "../../../../events/batch/rollup.ts";
import { nanoDollars } from "./common.ts";

export const hourRollup = storedRollup.openapi("HourRollup");
export const hourReport = storedReport.openapi("HourReport");

export const rollupsQuery = z.strictObject({
  /** First hour, in UTC: `2026-11-22T13`. @default 23 hours before `to` */
  from: hour.optional(),
  /** Last hour. @default the hour that is going on */
  to: hour.optional(),
  /** One pipeline's rollups; `*` is all of them together. */
  pipeline: z.string().min(1).max(32).default("*"),
});

export const rollupList = z
  .strictObject({
    from: hour,
    to: hour,
    /** Oldest first; hours without a rollup are absent. */
    rollups: z.array(hourRollup),
    totals: z.strictObject({
      objects: z.int(),
      bytes: z.int(),
      failed: z.int(),
      taskMs: z.int(),
      /** What the tasks cost. */
      cost: nanoDollars,
      /** The same work with a task for each object. */
      onePerObject: nanoDollars,
    }),
    prices: z.strictObject({ region: z.string(), asOf: z.string(), source: z.string() }),
  })
  .openapi("RollupList");
export type RollupList = z.output<typeof rollupList>;
