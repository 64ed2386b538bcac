import { Prefetch } from "../../../containers/kit/worker/prefetch.ts";
import type { TaskSize } from "../../../events/pipeline.ts";
import { workerPlaces } from "../../../events/worker-places.ts";
import type { Simulation } from "../engine/simulation.ts";
import type { Ledger } from "../figures/ledger.ts";
import { readSeconds, WORK } from "../workload/work.ts";
import type { World } from "../workload/workload.ts";
import { AWS } from "./limits.ts";
import type { MessageQueue, Waiting } from "./message-queue.ts";

/** What follows when an attempt at an object has failed. */
export type AfterFailure =
  | { readonly kind: "again"; readonly seconds: number; readonly attempts: number }
  | { readonly kind: "end"; readonly record: "on-record" | "silent" };

export interface PoolOptions {
  readonly size: TaskSize;
  /** Objects in work at once. @default as many as the project's workers take at this size */
  readonly concurrency?: number;
  readonly afterFailure: (waiting: Waiting, cause: "poison" | "throttled") => AfterFailure;
  /** Seconds that its results wait for a write to a table, for each. @default no wait */
  readonly writeDelay?: (count: number) => number;
  /** Seconds after which a message that is still in work shows again to others. @default it is kept from showing */
  readonly visibility?: number;
}

export interface Worker {
  /** When its objects are done, in order; those before `head` are. */
  done: number[];
  head: number;
  /** When all that it has taken so far is done. */
  last: number;
  /** When its CPU has nothing to do any more. */
  freeAt: number;
  prefetch: Prefetch;
  leaving: boolean;
  ended: boolean;
  idle: boolean;
  readonly leaveAfterIdle: number | undefined;
  readonly onEnd: () => void;
}

/** Tasks that take many objects off a queue, as `containers/kit/worker` does: several at once, no receive waits for the slowest. */
export class WorkerPool {
  readonly #simulation: Simulation;
  readonly #ledger: Ledger;
  readonly #world: World;
  readonly #queue: MessageQueue;
  readonly #options: PoolOptions;
  readonly #concurrency: number;
  readonly #vcpus: number;
  readonly #workers = new Set<Worker>();
  #idle: Worker[] = [];
  #busyCpu = 0;

  constructor(
    simulation: Simulation,
    ledger: Ledger,
    world: World,
    queue: MessageQueue,
    options: PoolOptions,
  ) {
    this.#simulation = simulation;
    this.#ledger = ledger;
    this.#world = world;
    this.#queue = queue;
    this.#options = options;
    this.#vcpus = options.size.cpu / 1_024;
    this.#concurrency = options.concurrency ?? workerPlaces(this.#vcpus);
    queue.onArrival = () => this.#wake();
  }

  /** Seconds that a worker's whole CPU had something to do, of all workers so far. */
  get busyCpuSeconds(): number {
    let ahead = 0;
    for (const { freeAt } of this.#workers) ahead += Math.max(0, freeAt - this.#simulation.now);
    return this.#busyCpu - ahead;
  }

  get inFlight(): number {
    let count = 0;
    for (const worker of this.#workers) count += this.#held(worker);
    return count;
  }

  add(options: { leaveAfterIdle?: number; onEnd: () => void }): Worker {
    const worker: Worker = {
      done: [],
      head: 0,
      last: this.#simulation.now,
      freeAt: this.#simulation.now,
      prefetch: new Prefetch(this.#concurrency),
      leaving: false,
      ended: false,
      idle: false,
      leaveAfterIdle: options.leaveAfterIdle,
      onEnd: options.onEnd,
    };
    this.#workers.add(worker);
    this.#simulation.after(WORK.bootSeconds, () => this.#poll(worker));
    return worker;
  }

  /** It takes no more, and ends when what it holds is done. */
  leave(worker: Worker): void {
    if (worker.leaving || worker.ended) return;
    worker.leaving = true;
    this.#simulation.at(worker.last, () => this.#end(worker));
  }

  isIdle(worker: Worker): boolean {
    return this.#held(worker) === 0;
  }

  #end(worker: Worker): void {
    if (worker.ended) return;
    worker.ended = true;
    this.#workers.delete(worker);
    worker.onEnd();
  }

  #wake(): void {
    while (this.#idle.length > 0 && this.#queue.visible > 0) {
      const worker = this.#idle.shift();
      if (!worker) return;
      worker.idle = false;
      this.#poll(worker);
    }
  }

  #poll(worker: Worker): void {
    const { now } = this.#simulation;
    for (;;) {
      if (worker.leaving || worker.ended || worker.idle) return;
      const held = this.#held(worker);
      const ahead = worker.prefetch.messages;
      const room = this.#concurrency + ahead - held;
      if (room < ahead) {
        const next = worker.done[worker.head + held - this.#concurrency - 1] ?? now;
        this.#simulation.at(next, () => this.#poll(worker));
        return;
      }
      const pieces = this.#queue.receive(Math.min(AWS.receiveMessages, room));
      if (pieces.length === 0) {
        this.#wait(worker);
        return;
      }
      for (const piece of pieces) this.#begin(worker, piece);
    }
  }

  #wait(worker: Worker): void {
    worker.idle = true;
    this.#idle.push(worker);
    const { leaveAfterIdle } = worker;
    if (leaveAfterIdle === undefined) return;
    const seen = worker.last;
    this.#simulation.at(Math.max(this.#simulation.now, seen) + leaveAfterIdle, () => {
      if (worker.idle && worker.last === seen) {
        this.#idle = this.#idle.filter((other) => other !== worker);
        this.leave(worker);
      }
    });
  }

  #begin(worker: Worker, piece: Waiting): void {
    const { now } = this.#simulation;
    const { cohort, count } = piece;
    const failure = cohort.poison ? "poison" : this.#world.throttled(now) ? "throttled" : undefined;
    const ready = now + readSeconds(cohort.bytes);
    const delay = failure ? 0 : (this.#options.writeDelay?.(count) ?? 0);
    for (let index = 0; index < count; index++) {
      worker.freeAt = Math.max(worker.freeAt, now) + cohort.cpu / this.#vcpus;
      this.#busyCpu += cohort.cpu / this.#vcpus;
      const end = Math.max(worker.freeAt, ready + cohort.cpu / Math.min(1, this.#vcpus));
      const done = end + WORK.writeSeconds + delay;
      worker.last = Math.max(worker.last, done);
      worker.done.push(worker.last);
      if (!failure) this.#ledger.result(cohort.at, done);
    }
    worker.prefetch.finished((worker.last - now) * 1_000);
    if (failure) this.#simulation.at(worker.last, () => this.#failed(piece, failure));
    else this.#ledger.busy((cohort.cpu * count) / this.#vcpus);
    const { visibility } = this.#options;
    if (visibility !== undefined && worker.last - now > visibility) this.#ledger.twice += count;
  }

  #failed(piece: Waiting, cause: "poison" | "throttled"): void {
    const next = this.#options.afterFailure(piece, cause);
    const { cohort, count } = piece;
    if (next.kind === "end") {
      this.#ledger.end(cohort.poison, next.record, count);
      return;
    }
    const waiting = { cohort, count, receives: piece.receives + 1, attempts: next.attempts };
    this.#simulation.after(next.seconds, () => this.#queue.send(waiting));
  }

  /** Objects that it has and that are not done. */
  #held(worker: Worker): number {
    const { now } = this.#simulation;
    const { done } = worker;
    while (worker.head < done.length && (done[worker.head] ?? 0) <= now) worker.head++;
    if (worker.head > 256) {
      worker.done = done.slice(worker.head);
      worker.head = 0;
    }
    return worker.done.length - worker.head;
  }
}
