import { type CostBasis, jobCost } from "../../../events/batch/job-cost.ts";
import type { HourRollup } from "../../../events/batch/rollup.ts";
import { type JobItem, OPEN_STATUSES } from "../../../events/jobs/job.ts";
import { Histogram } from "./histogram.ts";

/** Milliseconds of a job's last attempt; undefined while it runs, and when it never ran. */
export function processingMs({ startedAt, finishedAt }: JobItem): number | undefined {
  if (startedAt === undefined || finishedAt === undefined) return undefined;
  return Date.parse(finishedAt) - Date.parse(startedAt);
}

/** Adds jobs up to a rollup, in constant memory. */
export class PipelineRollup {
  readonly #basis: CostBasis;
  readonly #processing = new Histogram();
  readonly #waiting = new Histogram();
  readonly #sum: Omit<HourRollup, "processing" | "waiting">;

  constructor(hour: string, pipeline: string, basis: CostBasis) {
    this.#basis = basis;
    this.#sum = {
      schema: 1,
      hour,
      pipeline,
      objects: 0,
      bytes: 0,
      statuses: {},
      open: 0,
      attempts: 0,
      failures: {},
      taskMs: { pooled: 0, dedicated: 0 },
      cost: { pooled: 0, dedicated: 0, onePerObject: 0 },
      estimated: 0,
      oddTimes: 0,
      newestChange: "",
    };
  }

  add(job: JobItem): void {
    const sum = this.#sum;
    sum.objects++;
    sum.bytes += job.size;
    sum.attempts += job.attempt;
    sum.statuses[job.status] = (sum.statuses[job.status] ?? 0) + 1;
    if (OPEN_STATUSES.includes(job.status)) sum.open++;
    if (job.updatedAt > sum.newestChange) sum.newestChange = job.updatedAt;
    if (job.status === "failed") {
      const cause = job.failure?.cause ?? "container-error";
      sum.failures[cause] = (sum.failures[cause] ?? 0) + 1;
    }
    this.#addTimes(job);
  }

  #addTimes(job: JobItem): void {
    const processing = processingMs(job);
    const waiting =
      job.startedAt === undefined ? undefined : Date.parse(job.startedAt) - Date.parse(job.createdAt);
    if ((processing ?? 0) < 0 || (waiting ?? 0) < 0) this.#sum.oddTimes++;
    if (waiting !== undefined) this.#waiting.add(Math.max(0, waiting));
    if (processing !== undefined) this.#processing.add(Math.max(0, processing));
    // What is not over is counted when it is.
    if (job.finishedAt === undefined) return;
    const { taskMs, cost, onePerObject, estimated } = jobCost(job, this.#basis);
    this.#sum.taskMs[job.lane] += taskMs;
    this.#sum.cost[job.lane] += cost;
    this.#sum.cost.onePerObject += onePerObject;
    if (estimated) this.#sum.estimated++;
  }

  result(): HourRollup {
    return structuredClone({
      ...this.#sum,
      // In the order of their names: the same jobs give the same bytes in whatever order they come.
      statuses: sorted(this.#sum.statuses),
      failures: sorted(this.#sum.failures),
      processing: this.#processing.summary(),
      waiting: this.#waiting.summary(),
    });
  }
}

function sorted<Counts extends Record<string, number>>(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1))) as Counts;
}
