import { startOfHour } from "../../../events/batch/hour.ts";
import type { CostBasis } from "../../../events/batch/job-cost.ts";
import type { HourReport } from "../../../events/batch/report.ts";
import { ALL_PIPELINES } from "../../../events/batch/rollup.ts";
import { type FailureCause, type JobItem, OPEN_STATUSES } from "../../../events/jobs/job.ts";
import { PRICES, placeCost } from "../../../events/prices.ts";
import { PipelineRollup, processingMs } from "./pipeline-rollup.ts";
import { Smallest } from "./smallest.ts";
import { WorkerTime } from "./worker-time.ts";

/** Of each cause; a report is read, and the table of jobs has them all. */
const EXAMPLES = 5;
const SLOWEST = 10;
const ARRIVAL_MINUTES = 5;
const BARS_MS = [10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000];
/** Nobody reads longer ones in a table, and a hundred thousand of them would be a large report. */
const MESSAGE_CHARACTERS = 300;

type Example = HourReport["failures"][number]["examples"][number];

/** The jobs of one hour, added up job by job; what is kept does not grow with their number. */
export class HourBooks {
  readonly #hour: string;
  readonly #basis: CostBasis;
  readonly #total: PipelineRollup;
  readonly #pipelines = new Map<string, PipelineRollup>();
  readonly #arrivals: HourReport["arrivals"];
  readonly #processing: HourReport["processing"];
  readonly #failures = new Map<
    FailureCause,
    { count: number; examples: Smallest<Example & { at: string }> }
  >();
  readonly #slowest = new Smallest<HourReport["slowest"][number]>(
    SLOWEST,
    (a, b) => b.processingMs - a.processingMs || (a.jobId < b.jobId ? -1 : 1),
  );
  readonly #workers: WorkerTime;
  #unreadable = 0;

  constructor(hour: string, basis: CostBasis) {
    this.#hour = hour;
    this.#basis = basis;
    this.#total = new PipelineRollup(hour, ALL_PIPELINES, basis);
    this.#workers = new WorkerTime(startOfHour(hour));
    this.#arrivals = Array.from({ length: 60 / ARRIVAL_MINUTES }, (_, index) => ({
      minute: index * ARRIVAL_MINUTES,
      succeeded: 0,
      failed: 0,
      superseded: 0,
      open: 0,
    }));
    this.#processing = [...BARS_MS, null].map((upToMs) => ({ upToMs, count: 0 }));
  }

  add(job: JobItem): void {
    this.#total.add(job);
    const known = this.#pipelines.get(job.pipeline);
    const pipeline = known ?? new PipelineRollup(this.#hour, job.pipeline, this.#basis);
    if (!known) this.#pipelines.set(job.pipeline, pipeline);
    pipeline.add(job);
    this.#addArrival(job);
    this.#addFailure(job);
    this.#addProcessing(job);
  }

  addUnreadable(): void {
    this.#unreadable++;
  }

  /** @param driven what was driven again of this hour */
  report(driven: HourReport["driven"]): HourReport {
    const { worker } = this.#basis;
    const workers = this.#workers.summary();
    const total = this.#total.result();
    const unusedMs = Math.max(0, workers.busyMs + workers.idleMs - total.taskMs.pooled);
    return {
      schema: 1,
      hour: this.#hour,
      complete: total.open === 0,
      total,
      pipelines: [...this.#pipelines].sort(byName).map(([, rollup]) => rollup.result()),
      arrivals: this.#arrivals,
      processing: this.#processing,
      workers: { ...workers, idleCost: placeCost(worker, unusedMs, 1) },
      failures: [...this.#failures]
        .sort(([a, { count: aCount }], [b, { count: bCount }]) => bCount - aCount || (a < b ? -1 : 1))
        .map(([cause, { count, examples }]) => ({
          cause,
          count,
          examples: examples.values.map(({ at: _, ...example }) => example),
        })),
      slowest: [...this.#slowest.values],
      driven,
      unreadable: this.#unreadable,
      prices: { region: PRICES.region, asOf: PRICES.asOf, source: PRICES.source },
    };
  }

  #addArrival({ createdAt, status }: JobItem): void {
    const minute = new Date(createdAt).getUTCMinutes();
    const slot = this.#arrivals[Math.floor(minute / ARRIVAL_MINUTES)];
    if (!slot) return;
    if (status === "succeeded" || status === "failed" || status === "superseded") slot[status]++;
    else if (OPEN_STATUSES.includes(status)) slot.open++;
  }

  #addFailure({ status, failure, jobId, pipeline, key, attempt, createdAt }: JobItem): void {
    if (status !== "failed") return;
    const cause = failure?.cause ?? "container-error";
    const known = this.#failures.get(cause) ?? {
      count: 0,
      examples: new Smallest<Example & { at: string }>(EXAMPLES, (a, b) =>
        `${a.at} ${a.jobId}` < `${b.at} ${b.jobId}` ? -1 : 1,
      ),
    };
    known.count++;
    const message = (failure?.message ?? "").slice(0, MESSAGE_CHARACTERS);
    known.examples.add({ jobId, pipeline, key, attempt, message, at: createdAt });
    this.#failures.set(cause, known);
  }

  #addProcessing(job: JobItem): void {
    const ms = Math.max(0, processingMs(job) ?? -1);
    if (job.startedAt === undefined || job.finishedAt === undefined) return;
    const bar = this.#processing.find(({ upToMs }) => upToMs === null || ms <= upToMs);
    if (bar) bar.count++;
    const { jobId, pipeline, key, size } = job;
    this.#slowest.add({ jobId, pipeline, key, size, processingMs: ms });
    if (job.lane === "pooled" && job.taskArn !== undefined) {
      this.#workers.add(job.taskArn, Date.parse(job.startedAt), Date.parse(job.finishedAt));
    }
  }
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
