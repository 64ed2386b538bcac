import * as z from "zod";
import { failureCause } from "../jobs/job.ts";
import { hour } from "./hour.ts";
import { hourRollup } from "./rollup.ts";

const count = z.int().nonnegative();

/** A job that a report names. */
const namedJob = z.object({ jobId: z.string(), pipeline: z.string(), key: z.string() });

/** What happened in one hour, as it lies in the results bucket. It follows from tables alone, like the rollups. */
export const hourReport = z.object({
  schema: z.literal(1),
  hour,
  /** Whether every job is final; until then the report is written again. */
  complete: z.boolean(),
  total: hourRollup,
  /** By name. */
  pipelines: z.array(hourRollup),
  /** Jobs by the five minutes in which they became known, and what has become of them. */
  arrivals: z.array(
    z.object({ minute: count, succeeded: count, failed: count, superseded: count, open: count }),
  ),
  /** Finished jobs by processing time: more than the previous bar's `upToMs`, and no more than its own. */
  processing: z.array(z.object({ upToMs: count.nullable(), count })),
  /** Workers that had jobs of the hour: a tenth of a second with a job is busy, one between two jobs is idle. */
  workers: z.object({
    tasks: count,
    busyMs: count,
    idleMs: count,
    /** Billionths of a dollar. */ idleCost: count,
  }),
  /** By number, largest first; each with some examples. */
  failures: z.array(
    z.object({
      cause: failureCause,
      count,
      examples: z.array(namedJob.extend({ attempt: z.int().nonnegative(), message: z.string() })),
    }),
  ),
  slowest: z.array(namedJob.extend({ size: count, processingMs: count })),
  /** Uploads of the hour that had no job, and jobs of the hour that were stuck: they were driven again. */
  driven: z.object({
    lost: count,
    stuck: count,
    examples: z.array(namedJob.extend({ reason: z.enum(["lost", "stuck"]), drivenAt: z.string() })),
  }),
  /** Items of the jobs table that could not be read. */
  unreadable: count,
  prices: z.object({ region: z.string(), asOf: z.string(), source: z.string() }),
});
export type HourReport = z.infer<typeof hourReport>;

/** Where reports lie in the results bucket; no pipeline's name starts like this. */
export const REPORTS_PREFIX = "_reports/";

/** The key of an hour's report: `_reports/2026/11/22/13.html`. */
export function reportKey(text: string, format: "json" | "html"): string {
  return `${REPORTS_PREFIX}${text.replaceAll(/[-T]/g, "/")}.${format}`;
}
