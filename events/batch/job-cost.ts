import type { JobItem, JobSpending, TaskUse } from "../jobs/job.ts";
import type { Pipeline } from "../pipeline.ts";
import {
  billedMs,
  FARGATE_MINIMUM_MS,
  isPriced,
  PRICE_LIST,
  type PricedTask,
  placeCost,
  taskCost,
} from "../prices.ts";
import { taskSizeFor } from "../routing.ts";

/** A worker, and how many objects it takes at once. */
export interface PricedWorker extends PricedTask {
  readonly places: number;
}

/** What the prices of a deployment's tasks follow from, beside their size and where they run. */
export type PriceBasis = Pick<PricedTask, "architecture" | "instanceType">;

/** What jobs ran on, as the deployment has it. */
export interface CostBasis extends PriceBasis {
  readonly pipelines: readonly Pipeline[];
  readonly worker: PricedWorker;
}

/** What a job's task seconds cost. */
export interface JobCost {
  /** Of its own tasks, as they are billed; for a pooled job its share of a worker's time. */
  readonly taskMs: number;
  /** Billionths of a dollar. */
  readonly cost: number;
  /** The same work with a task of its own for each attempt, in billionths of a dollar. */
  readonly onePerObject: number;
  /** Whether cost and time follow from the pipeline and the deployment, because the job's item has none. */
  readonly estimated: boolean;
}

/**
 * What an attempt has spent of a worker, with what the job had spent before.
 * @returns undefined when the price table does not have what the worker runs on
 */
export function spendingInWorker(job: JobItem, worker: PricedWorker, now: string): JobSpending | undefined {
  if (!isPriced(worker)) return undefined;
  const ms = millisecondsUntil(now, job);
  return {
    taskMs: (job.taskMs ?? 0) + Math.round(ms / worker.places),
    cost: (job.cost ?? 0) + placeCost(worker, ms, worker.places),
    prices: PRICE_LIST,
  };
}

/**
 * What a stopped task of a dedicated job has spent: all of it is the job's. Billing begins with the pull of the image:
 * one that did not come so far costs nothing.
 * @returns undefined when the price table does not have what the task ran on
 */
export function spendingOfTask(
  { capacity, ms, ...size }: TaskUse,
  basis: PriceBasis,
): JobSpending | undefined {
  const { architecture, instanceType } = basis;
  const task = { size, capacity, architecture, instanceType };
  if (!isPriced(task)) return undefined;
  if (ms === 0) return { taskMs: 0, cost: 0, prices: PRICE_LIST };
  return { taskMs: billedMs(capacity, ms), cost: taskCost(task, ms), prices: PRICE_LIST };
}

/** What a job has cost: what its item says, and an estimate where the item says nothing. */
export function jobCost(job: JobItem, basis: CostBasis): JobCost {
  const { cost, taskMs } =
    job.cost === undefined ? estimateOf(job, basis) : { cost: job.cost, taskMs: job.taskMs ?? 0 };
  const onePerObject = job.lane === "dedicated" ? cost : ownTasks(job, basis).cost;
  return { taskMs, cost, onePerObject, estimated: job.cost === undefined && cost > 0 };
}

function estimateOf(job: JobItem, basis: CostBasis): { taskMs: number; cost: number } {
  if (job.lane === "dedicated") return job.tasks ? reportedTasks(job.tasks, basis) : ownTasks(job, basis);
  const { worker } = basis;
  const ms = millisecondsUntil(job.finishedAt, job);
  return { taskMs: Math.round(ms / worker.places), cost: placeCost(worker, ms, worker.places) };
}

/** Tasks that ECS has reported, of a kind that the price table did not have when they ended. */
function reportedTasks(tasks: Readonly<Record<string, TaskUse>>, { architecture, instanceType }: PriceBasis) {
  let taskMs = 0;
  let cost = 0;
  for (const { capacity, ms, ...size } of Object.values(tasks)) {
    if (ms === 0) continue;
    taskMs += billedMs(capacity, ms);
    cost += taskCost({ size, capacity, architecture, instanceType }, ms);
  }
  return { taskMs, cost };
}

/** A task for each attempt, as the pipeline would size it. Of attempts before the last one the least is known: a minute. */
function ownTasks(job: JobItem, basis: CostBasis): { taskMs: number; cost: number } {
  const { pipelines, architecture, instanceType } = basis;
  const pipeline = pipelines.find(({ name }) => name === job.pipeline);
  const capacity = pipeline?.capacity[0];
  const hasRun = job.lane === "dedicated" ? job.attempt > 0 : job.startedAt !== undefined;
  if (!pipeline || !capacity || !hasRun) return { taskMs: 0, cost: 0 };
  const task = { size: taskSizeFor(pipeline, job.size), capacity, architecture, instanceType };
  const earlier = Math.max(0, job.attempt - 1);
  const ms = millisecondsUntil(job.finishedAt, job);
  return {
    taskMs: billedMs(capacity, ms) + earlier * FARGATE_MINIMUM_MS,
    cost: taskCost(task, ms) + earlier * taskCost(task, FARGATE_MINIMUM_MS),
  };
}

/** Of the last attempt; by clocks that disagree it may end before it starts, which counts as no time. */
function millisecondsUntil(end: string | undefined, { startedAt }: JobItem): number {
  if (startedAt === undefined || end === undefined) return 0;
  return Math.max(0, Date.parse(end) - Date.parse(startedAt));
}
