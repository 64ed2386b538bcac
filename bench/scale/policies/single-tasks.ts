import type { TaskSize } from "../../../events/pipeline.ts";
import type { RunningTask } from "../aws/compute.ts";
import { Fargate } from "../aws/fargate.ts";
import { readSeconds, WORK } from "../workload/work.ts";
import type { Cohort } from "../workload/workload.ts";
import type { Ground } from "./policy.ts";

export interface TasksOptions {
  readonly size: TaskSize;
  /** Attempts at an object in all. */
  readonly maxAttempts: number;
  /** Seconds before attempt n + 1, after attempt n has failed. */
  readonly delay: (attempt: number) => number;
  /** Called when a task has ended, however. */
  readonly onEnded: () => void;
  /** An object is to be tried again. */
  readonly again: (cohort: Cohort, attempt: number) => void;
}

/** Tasks that somebody else's scheduler runs on Fargate, each for one object; what is left is on record. */
export class SingleTasks {
  readonly #ground: Ground;
  readonly #options: TasksOptions;
  readonly #compute: Fargate;
  /** Tasks that start or run. */
  count = 0;

  constructor(ground: Ground, options: TasksOptions) {
    this.#ground = ground;
    this.#options = options;
    const { simulation, ledger, workload, random } = ground;
    this.#compute = new Fargate(simulation, ledger, workload.world, random.fork());
  }

  /** @returns whether there was room for it */
  run(cohort: Cohort, attempt: number): boolean {
    const launch = {
      size: this.#options.size,
      capacity: "FARGATE" as const,
      onRunning: (task: RunningTask) => this.#work(cohort, attempt, task),
      onGone: () => this.#ended(cohort, attempt, true),
    };
    const { started } = this.#compute.start(launch, 1);
    this.count += started;
    return started === 1;
  }

  #work(cohort: Cohort, attempt: number, task: RunningTask): void {
    const { simulation, ledger, workload } = this.#ground;
    const work = cohort.cpu / (this.#options.size.cpu / 1_024);
    const busy = readSeconds(cohort.bytes) + work + WORK.writeSeconds;
    const fails = cohort.poison || workload.world.throttled(simulation.now);
    simulation.after(WORK.bootSeconds + busy, () => {
      this.#compute.stop(task);
      if (!fails) {
        ledger.busy(busy);
        ledger.result(cohort.at, simulation.now);
      }
      this.#ended(cohort, attempt, fails);
    });
  }

  #ended(cohort: Cohort, attempt: number, failed: boolean): void {
    this.count--;
    const { maxAttempts, delay, again, onEnded } = this.#options;
    if (failed && attempt >= maxAttempts) this.#ground.ledger.end(cohort.poison, "on-record");
    else if (failed) this.#ground.simulation.after(delay(attempt), () => again(cohort, attempt + 1));
    onEnded();
  }
}
