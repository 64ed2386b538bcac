import type { CapacityProvider, TaskSize } from "../../../events/pipeline.ts";
import type { Simulation } from "../engine/simulation.ts";
import type { Compute, RunningTask } from "./compute.ts";
import { AWS } from "./limits.ts";
import { TokenBucket } from "./token-bucket.ts";
import type { Worker, WorkerPool } from "./worker-pool.ts";

const RETRY_SECONDS = 10;

/** An ECS service of workers: keeps as many tasks as are desired, and takes away none that holds work. */
export class WorkerService {
  readonly #simulation: Simulation;
  readonly #compute: Compute;
  readonly #pool: WorkerPool;
  readonly #size: TaskSize;
  readonly #capacity: CapacityProvider;
  readonly #workers = new Map<Worker, RunningTask>();
  readonly #launches = new TokenBucket(AWS.serviceLaunches);
  #starting = 0;
  #desired = 0;
  #checks = false;

  constructor(
    simulation: Simulation,
    compute: Compute,
    pool: WorkerPool,
    task: { readonly size: TaskSize; readonly capacity: CapacityProvider },
  ) {
    this.#simulation = simulation;
    this.#compute = compute;
    this.#pool = pool;
    this.#size = task.size;
    this.#capacity = task.capacity;
  }

  get desired(): number {
    return this.#desired;
  }

  get running(): number {
    return this.#workers.size;
  }

  setDesired(count: number): void {
    this.#desired = count;
    this.#reconcile();
  }

  /** One that is there since before the beginning. */
  addRunning(): void {
    this.#desired++;
    this.#run(this.#compute.adopt({ size: this.#size, capacity: this.#capacity, onRunning: () => {} }));
  }

  /** All tasks end, so that their time is on the books. */
  close(): void {
    for (const task of this.#workers.values()) this.#compute.stop(task);
  }

  #reconcile(): void {
    const missing = this.#desired - this.#workers.size - this.#starting;
    if (missing > 0) this.#start(missing);
    for (const worker of this.#workers.keys()) {
      if (this.#workers.size + this.#starting <= this.#desired) break;
      if (this.#pool.isIdle(worker)) this.#takeAway(worker);
    }
    if (this.#workers.size + this.#starting !== this.#desired) this.#checkLater();
  }

  #checkLater(): void {
    if (this.#checks) return;
    this.#checks = true;
    this.#simulation.after(RETRY_SECONDS, () => {
      this.#checks = false;
      this.#reconcile();
    });
  }

  #start(count: number): void {
    const allowed = this.#launches.take(this.#simulation.now, count);
    if (allowed === 0) return;
    const launch = {
      size: this.#size,
      capacity: this.#capacity,
      onRunning: (task: RunningTask) => {
        this.#starting--;
        this.#run(task);
        this.#reconcile();
      },
      // On demand: only a start can fail.
      onGone: () => {
        this.#starting--;
        this.#reconcile();
      },
    };
    this.#starting += this.#compute.start(launch, allowed).started;
  }

  #run(task: RunningTask): void {
    const worker = this.#pool.add({ onEnd: () => this.#compute.stop(task) });
    this.#workers.set(worker, task);
  }

  #takeAway(worker: Worker): void {
    this.#workers.delete(worker);
    this.#pool.leave(worker);
  }
}
