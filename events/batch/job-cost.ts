import type { JobItem } from "../jobs/job.ts";
import type { Pipeline } from "../pipeline.ts";
import {
  type Architecture,
  billedMs,
  FARGATE_MINIMUM_MS,
  type PricedTask,
  placeCost,
  taskCost,
} from "../prices.ts";
import { taskSizeFor } from "../routing.ts";

/** What jobs ran on, as the deployment has it. */
export interface CostBasis {
  readonly pipelines: readonly Pipeline[];
  readonly architecture: Architecture;
  /** A worker, and how many objects it takes at once. */
  readonly worker: PricedTask & { readonly places: number };
}

/** What a job's task seconds cost. */
export interface JobCost {
  /** Of its own tasks; for a pooled job its share of a worker's time. */
  readonly taskMs: number;
  /** Billionths of a dollar. */
  readonly cost: number;
  /** The same work with a task of its own for each attempt, in billionths of a dollar. */
  readonly onePerObject: number;
  /** Whether size and time of its tasks follow from the pipeline, because ECS's own word is not on record. */
  readonly estimated: boolean;
}

const NOTHING: JobCost = { taskMs: 0, cost: 0, onePerObject: 0, estimated: false };

/**
 * What a job has cost so far. One that never ran cost nothing.
 * @param processingMs of its last attempt
 */
export function jobCost(job: JobItem, processingMs: number, basis: CostBasis): JobCost {
  if (job.lane === "dedicated") return dedicatedCost(job, processingMs, basis);
  if (job.startedAt === undefined) return NOTHING;
  const { worker } = basis;
  return {
    taskMs: Math.round(processingMs / worker.places),
    cost: placeCost(worker, processingMs, worker.places),
    onePerObject: ownTasks(job, processingMs, basis).cost,
    estimated: false,
  };
}

function dedicatedCost(job: JobItem, processingMs: number, basis: CostBasis): JobCost {
  const tasks = Object.values(job.tasks ?? {});
  if (tasks.length > 0) {
    let taskMs = 0;
    let cost = 0;
    for (const { capacity, ms, ...size } of tasks) {
      taskMs += billedMs(capacity, ms);
      cost += taskCost({ size, capacity, architecture: basis.architecture }, ms);
    }
    return { taskMs, cost, onePerObject: cost, estimated: false };
  }
  if (job.attempt === 0) return NOTHING;
  const { taskMs, cost } = ownTasks(job, processingMs, basis);
  return { taskMs, cost, onePerObject: cost, estimated: true };
}

/** A task for each attempt, as the pipeline would size it. Of attempts before the last one the least is known: a minute. */
function ownTasks(job: JobItem, processingMs: number, { pipelines, architecture }: CostBasis) {
  const pipeline = pipelines.find(({ name }) => name === job.pipeline);
  const capacity = pipeline?.capacity[0];
  if (!pipeline || !capacity) return { taskMs: 0, cost: 0 };
  const task = { size: taskSizeFor(pipeline, job.size), capacity, architecture };
  const earlier = Math.max(0, job.attempt - 1);
  return {
    taskMs: billedMs(capacity, processingMs) + earlier * FARGATE_MINIMUM_MS,
    cost: taskCost(task, processingMs) + earlier * taskCost(task, FARGATE_MINIMUM_MS),
  };
}
