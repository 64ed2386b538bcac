import { BATCH_KEYS, openHourItem, watermarkItem } from "../../events/batch/batch-items.ts";
import { hourLater, lastCompleteHour } from "../../events/batch/hour.ts";
import { sweepCheckpoints } from "./checkpoints/sweep.ts";
import { planHours } from "./hours/plan-hours.ts";
import { type RollOptions, rollHour } from "./hours/roll-hour.ts";
import { LeaseLostError } from "./lease.ts";
import type { UploadsCheck } from "./uploads/check-page.ts";
import { checkRecent } from "./uploads/check-recent.ts";
import { walkBucket } from "./uploads/walk-bucket.ts";

export interface BatchOptions extends RollOptions {
  readonly uploads: UploadsCheck;
  readonly walkPages: number;
  /** Where tasks save their progress, on a file system. */
  readonly checkpointFolder?: string | undefined;
  /** Stops between two hours, as a run that is killed would. */
  readonly stop: AbortSignal;
}

/**
 * A batch as the schedule starts it: reconciles uploads, then rolls up what was missed and what was still open, in
 * order. Wherever it is killed, the next run goes on from there.
 * @returns whether everything could be written
 */
export async function runBatch(options: BatchOptions): Promise<boolean> {
  const { table, lease, log, clock, stop } = options;
  let allWritten = await reconcileUploads(options);
  const watermark = (await table.get(BATCH_KEYS.watermark, watermarkItem))?.hour;
  const open: string[] = [];
  for await (const { sk } of table.list(BATCH_KEYS.openHours.pk, openHourItem)) open.push(sk);
  const lastComplete = lastCompleteHour(clock.now());
  const plan = planHours({ watermark, lastComplete, open });
  if (plan.watermarkAhead) log.warn("batch.watermark-ahead", { watermark, lastComplete });
  for (const hour of plan.givenUp) {
    log.warn("hour.given-up", { hour });
    lease.assertHeld();
    await table.delete({ ...BATCH_KEYS.openHours, sk: hour });
  }
  let reached = plan.watermarkAhead ? hourLater(lastComplete, -1) : watermark;
  for (const hour of plan.hours) {
    if (stop.aborted) break;
    allWritten = (await rollHour(hour, options)) && allWritten;
    if (hour > lastComplete || (reached !== undefined && hour <= reached)) continue;
    reached = hour;
    lease.assertHeld();
    await table.put(BATCH_KEYS.watermark, { hour });
  }
  await removeCheckpoints(options);
  return allWritten;
}

/** Nobody waits for it: what cannot be removed now will be by the next run. */
async function removeCheckpoints({ client, jobsTable, checkpointFolder, clock, log }: BatchOptions) {
  if (checkpointFolder === undefined) return;
  try {
    const swept = await sweepCheckpoints({ client, jobsTable, folder: checkpointFolder, now: clock.now() });
    if (swept.seen > 0) log.info("checkpoints.swept", swept);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    log.error("batch.error", { doing: "remove checkpoints", error: name, message });
  }
}

/** What cannot be listed now will be by the next run; the books are kept meanwhile. @returns whether it could */
async function reconcileUploads(options: BatchOptions): Promise<boolean> {
  const { table, lease, log, driver, uploads } = options;
  let isDone = true;
  try {
    log.info("uploads.checked", { ...(await checkRecent(uploads, table, lease)) });
    const walked = await walkBucket(uploads, table, lease, options.walkPages);
    log.info("uploads.walked", { ...walked });
    if (walked.unversioned > 0) log.warn("uploads.unversioned", { objects: walked.unversioned });
  } catch (error) {
    if (error instanceof LeaseLostError) throw error;
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    log.error("batch.error", { doing: "reconcile uploads", error: name, message });
    isDone = false;
  }
  for (const hour of driver.touchedHours) {
    lease.assertHeld();
    await table.put({ ...BATCH_KEYS.openHours, sk: hour }, { reason: "uploads of it had no job" });
  }
  return isDone;
}
