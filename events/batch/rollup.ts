import * as z from "zod";
import { failureCause, jobStatus } from "../jobs/job.ts";
import { hour } from "./hour.ts";

const count = z.int().nonnegative();

/** Times of a number of jobs in whole milliseconds; the percentiles are exact to one percent. */
export const durations = z.object({ count, p50Ms: count, p95Ms: count, maxMs: count });
export type Durations = z.infer<typeof durations>;

/** The `pipeline` of a rollup over all of them; no pipeline can have this name. */
export const ALL_PIPELINES = "*";

/**
 * What one pipeline did in one hour: the jobs that became known in it, as they stand. It follows from them alone, so
 * that rolling the same jobs up again gives the same bytes. Sums are whole numbers, which add up in any order.
 */
export const hourRollup = z.object({
  schema: z.literal(1),
  hour,
  pipeline: z.string(),
  /** Object versions, each one job. */
  objects: count,
  bytes: count,
  statuses: z.partialRecord(jobStatus, count),
  /** Jobs that are not final: while there are some, the hour is rolled up again. */
  open: count,
  attempts: count,
  /** From the start of the last attempt to its end. */
  processing: durations,
  /** From becoming known to the start of the last attempt. */
  waiting: durations,
  failures: z.partialRecord(failureCause, count),
  /** Milliseconds of tasks: of their own for dedicated jobs, and the share of a worker's for pooled ones. */
  taskMs: z.object({ pooled: count, dedicated: count }),
  /** Billionths of a dollar. `onePerObject`: had each object had a task of its own. */
  cost: z.object({ pooled: count, dedicated: count, onePerObject: count }),
  /** Jobs whose items have no cost: it is estimated from their pipeline and the deployment. */
  estimated: count,
  /** Jobs that end before they start, by the clocks of two machines or of one that jumped; they count as 0 ms. */
  oddTimes: count,
  /** Latest change of any of the jobs; empty without jobs. */
  newestChange: z.string(),
});
export type HourRollup = z.infer<typeof hourRollup>;
