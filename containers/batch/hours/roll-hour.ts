import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import {
  BATCH_KEYS,
  type Driven,
  drivenItem,
  drivenPartition,
  rollupPartition,
} from "../../../events/batch/batch-items.ts";
import { HOUR_MS, startOfHour } from "../../../events/batch/hour.ts";
import type { CostBasis } from "../../../events/batch/job-cost.ts";
import type { HourReport } from "../../../events/batch/report.ts";
import type { JobItem } from "../../../events/jobs/job.ts";
import type { BatchTable } from "../batch-table.ts";
import type { Lease } from "../lease.ts";
import type { BatchLog } from "../log.ts";
import type { BatchClock } from "../server-clock.ts";
import type { Driver } from "../uploads/driver.ts";
import { type Patiences, remedyFor } from "../uploads/stuck.ts";
import { HourBooks } from "./hour-books.ts";
import { hourJobs } from "./hour-jobs.ts";
import { hourMetrics } from "./hour-metrics.ts";
import { Smallest } from "./smallest.ts";

export interface RollOptions {
  readonly client: DynamoDBDocumentClient;
  readonly jobsTable: string;
  readonly table: BatchTable;
  readonly basis: CostBasis;
  readonly patiences: Patiences;
  readonly driver: Driver;
  readonly clock: BatchClock;
  readonly lease: Pick<Lease, "assertHeld">;
  readonly log: BatchLog;
  /** Writes the report. @returns false when the bucket refuses it */
  readonly writeReport: (report: HourReport) => Promise<boolean>;
}

/** Clocks of tasks differ, and the index is a little behind the table: a job may turn up late. */
const SETTLED_AFTER_MS = 15 * 60_000;
/** Dead letters are kept for as long as SQS allows. */
const EVENTS_KEPT_MS = 14 * 24 * HOUR_MS;
const EXAMPLES = 10;

/**
 * Rolls an hour up from its jobs: rollups into the table, the report into the bucket, and a mark if it is not the last
 * time. The same jobs give the same bytes. What is stuck among them is driven on the way.
 * @returns whether everything could be written
 */
export async function rollHour(hour: string, options: RollOptions): Promise<boolean> {
  const { client, jobsTable, table, basis, clock, lease, log } = options;
  const books = new HourBooks(hour, basis);
  let awaitsTasks = false;
  for await (const read of hourJobs({ client, jobsTable }, hour)) {
    if (read.kind === "unreadable") {
      books.addUnreadable();
      log.error("job.unreadable", { jobId: read.jobId, problem: read.problem });
      continue;
    }
    books.add(read.job);
    awaitsTasks ||= isTaskUnknown(read.job, clock.now());
    await driveIfStuck(read.job, options);
  }
  const report = books.report(await drivenOf(hour, table));
  for (const rollup of [...report.pipelines, report.total]) {
    lease.assertHeld();
    await table.put({ pk: rollupPartition(rollup.pipeline), sk: hour }, rollup);
  }
  lease.assertHeld();
  const isWritten = await options.writeReport(report);
  const reason = whyOpen(report, isWritten, awaitsTasks, clock.now());
  const mark = { ...BATCH_KEYS.openHours, sk: hour };
  lease.assertHeld();
  if (reason === undefined) await table.delete(mark);
  else await table.put(mark, { reason });
  const { objects, open } = report.total;
  const openFor = reason === undefined ? {} : { openFor: reason };
  log.info("hour.rolled", { hour, objects, open, ...openFor, ...hourMetrics(report, clock.now()) });
  return isWritten;
}

async function driveIfStuck(job: JobItem, { basis, patiences, driver, clock }: RollOptions): Promise<void> {
  if (driver.isExhausted) return;
  const pipeline = basis.pipelines.find(({ name }) => name === job.pipeline);
  const remedy = remedyFor(job, pipeline, clock.now(), patiences);
  if (remedy) await driver.driveStuck(job, remedy);
}

/**
 * What a task has used is written down when its stopped-task event comes: mostly a little after its job has ended, but
 * EventBridge may try for a day, and what nobody could handle may be put back for as long as it is kept.
 */
function isTaskUnknown({ lane, attempt, tasks, finishedAt }: JobItem, now: number): boolean {
  if (lane !== "dedicated" || attempt === 0 || finishedAt === undefined) return false;
  return Object.keys(tasks ?? {}).length < attempt && now - Date.parse(finishedAt) < EVENTS_KEPT_MS;
}

function whyOpen(
  { hour, total }: HourReport,
  isWritten: boolean,
  awaitsTasks: boolean,
  now: number,
): string | undefined {
  if (!isWritten) return "its report could not be written";
  if (total.open > 0) return `${total.open} jobs are not final`;
  if (awaitsTasks) return "the end of a task has not been reported";
  return now < startOfHour(hour) + HOUR_MS + SETTLED_AFTER_MS ? "jobs may turn up late" : undefined;
}

/** What was driven again of an hour, by this run and earlier ones. */
async function drivenOf(hour: string, table: BatchTable): Promise<HourReport["driven"]> {
  const examples = new Smallest<Driven>(EXAMPLES, (a, b) => (a.sk < b.sk ? -1 : 1));
  const counts = { lost: 0, stuck: 0 };
  for await (const driven of table.list(drivenPartition(hour), drivenItem)) {
    counts[driven.reason]++;
    examples.add(driven);
  }
  return { ...counts, examples: examples.values.map(({ sk: jobId, ...driven }) => ({ jobId, ...driven })) };
}
