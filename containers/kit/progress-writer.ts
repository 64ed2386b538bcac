import { applyWrite, type JobTable } from "../../events/jobs/job-table.ts";
import { type Holder, progressed } from "../../events/jobs/transitions.ts";
import type { OnProgress } from "./analyze.ts";

/** Often enough for people who watch, and seldom enough for the table. */
const EVERY_MS = 2_000;

/**
 * Writes a job's progress to its item at most every 2 s, and not at all in its first 2 s.
 * A write that fails is let go: progress decides nothing, and the next one follows.
 */
export function progressWriter(table: JobTable, jobId: string, holder: Holder): OnProgress {
  let lastWrite = performance.now();
  return (percent, step) => {
    if (performance.now() - lastWrite < EVERY_MS) return;
    lastWrite = performance.now();
    const write = progressed(jobId, holder, { percent: Math.round(percent), step }, new Date().toISOString());
    applyWrite(table, write).catch(() => {});
  };
}
