import { billedMs, type PricedTask, taskHour } from "../../../events/prices.ts";
import { type RequestCounts, requestCosts } from "../../../events/request-costs.ts";
import { Histogram } from "../engine/histogram.ts";

/** An hour is late. */
const LATE_SECONDS = 3_600;

/** Parts of the bill, in dollars. */
export interface Costs {
  readonly tasks: number;
  readonly events: number;
  readonly queue: number;
  readonly functions: number;
  readonly table: number;
  readonly objects: number;
  /** What is paid for by the hour, such as a control plane. */
  readonly fixed: number;
}

/** Keeps the books of one run: every object that came in ends in exactly one of its accounts. */
export class Ledger {
  readonly times = new Histogram();
  arrived = 0;
  poison = 0;
  /** Good objects that ended without a result, on record: a failed job, a dead letter. */
  setAside = 0;
  /** Good objects that ended without a result and without a word. */
  lost = 0;
  /** Poison that somebody can know of. */
  poisonOnRecord = 0;
  poisonSilent = 0;
  /** Objects whose work was done once more for nothing. */
  twice = 0;
  refusedLaunches = 0;
  tasks = 0;
  flaps = 0;
  peakVcpus = 0;
  lastResultAt = 0;
  /** In which containers ran. */
  ranSeconds = 0;
  #billedSeconds = 0;
  #busySeconds = 0;
  #taskCost = 0;
  #fixed = 0;
  #vcpus = 0;
  readonly #requests: Record<keyof RequestCounts, number> = {
    events: 0,
    queueRequests: 0,
    functionCalls: 0,
    functionGbSeconds: 0,
    tableWrites: 0,
    tableReads: 0,
    objectPuts: 0,
    objectGets: 0,
  };

  /** @param at when it was uploaded */
  result(at: number, done: number, count = 1): void {
    this.times.add(done - at, count);
    if (done > this.lastResultAt) this.lastResultAt = done;
  }

  /** An object that ends without a result. */
  end(isPoison: boolean, record: "on-record" | "silent", count = 1): void {
    if (isPoison && record === "on-record") this.poisonOnRecord += count;
    else if (isPoison) this.poisonSilent += count;
    else if (record === "on-record") this.setAside += count;
    else this.lost += count;
  }

  requests(counts: Partial<RequestCounts>, times = 1): void {
    for (const name of Object.keys(counts) as (keyof RequestCounts)[]) {
      this.#requests[name] += (counts[name] ?? 0) * times;
    }
  }

  /** A task is there, or gone. */
  vcpus(change: number): void {
    this.#vcpus += change;
    if (this.#vcpus > this.peakVcpus) this.peakVcpus = this.#vcpus;
  }

  /** A task has ended. @param seconds from the pull of its image to its end */
  task(task: PricedTask, seconds: number, count = 1): void {
    const billed = billedMs(task.capacity, seconds * 1_000) / 1_000;
    this.tasks += count;
    this.#billedSeconds += billed * count;
    // Tasks on instances are paid for by the instance.
    if (task.capacity !== "EC2") this.#taskCost += (taskHour(task) * billed * count) / 3_600;
  }

  /** Seconds in which a task had an object in work that came to an end for good. */
  busy(seconds: number): void {
    this.#busySeconds += seconds;
  }

  /** An instance has gone. @param hour dollars */
  instance(seconds: number, hour: number): void {
    this.#taskCost += (hour * seconds) / 3_600;
  }

  fixed(dollars: number): void {
    this.#fixed += dollars;
  }

  get settled(): number {
    return this.times.count + this.setAside + this.lost + this.poisonOnRecord + this.poisonSilent;
  }

  figures(): Figures {
    const costs: Costs = { tasks: this.#taskCost, ...requestCosts(this.#requests), fixed: this.#fixed };
    const dollars = Object.values(costs).reduce((sum, cost) => sum + cost, 0);
    const millions = this.arrived / 1e6;
    const { times } = this;
    return {
      arrived: this.arrived,
      results: times.count,
      pending: this.arrived - this.settled,
      p50: times.quantile(0.5),
      p95: times.quantile(0.95),
      p99: times.quantile(0.99),
      max: times.max,
      late: times.above(LATE_SECONDS),
      lost: this.lost,
      setAside: this.setAside,
      poisonSilent: this.poisonSilent,
      twice: this.twice,
      refusedLaunches: this.refusedLaunches,
      tasks: this.tasks,
      billedSeconds: this.#billedSeconds,
      wastedSeconds: Math.max(0, this.#billedSeconds - this.#busySeconds),
      peakVcpus: this.peakVcpus,
      flaps: this.flaps,
      dollars,
      perMillion: dollars / millions,
      tasksPerMillion: costs.tasks / millions,
      costs,
    };
  }
}

/** What comes of one run. Times in seconds, costs in dollars. */
export interface Figures {
  readonly arrived: number;
  readonly results: number;
  /** Objects without an end when the run was over. */
  readonly pending: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  /** Results that took longer than an hour. */
  readonly late: number;
  readonly lost: number;
  readonly setAside: number;
  readonly poisonSilent: number;
  readonly twice: number;
  readonly refusedLaunches: number;
  readonly tasks: number;
  readonly billedSeconds: number;
  readonly wastedSeconds: number;
  readonly peakVcpus: number;
  /** Times that capacity was taken away and, within ten minutes, added again. */
  readonly flaps: number;
  readonly dollars: number;
  readonly perMillion: number;
  readonly tasksPerMillion: number;
  readonly costs: Costs;
}
