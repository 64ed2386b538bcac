import type { RunningTask } from "../aws/compute.ts";
import { drawStart } from "../aws/compute.ts";
import { Fargate } from "../aws/fargate.ts";
import { AWS } from "../aws/limits.ts";
import { RetryWheel } from "../engine/retry-wheel.ts";
import { readSeconds, WORK } from "../workload/work.ts";
import type { Cohort } from "../workload/workload.ts";
import type { Ground, Policy, System } from "./policy.ts";

/** The size of Longshore's own workers, so that both do the same work alike. */
const SIZE = { cpu: 1_024, memoryMiB: 2_048 };

/** An EventBridge rule whose target is RunTask, as AWS's own tutorial and the usual samples have it. */
export const ONE_TASK_PER_OBJECT: Policy = {
  name: "One task per object",
  description:
    "A rule runs a Fargate task for each object: no dead-letter queue, no retry of a task that ended badly. That EventBridge tries refused launches again for a day is assumed in its favour.",
  source: "Amazon EventBridge user guide, tutorial “run a task when a file is uploaded to a bucket”",
  create: (ground) => new OneTaskPerObject(ground),
};

interface Delivery {
  readonly cohort: Cohort;
  /** How often it was refused. */
  readonly retries: number;
}

class OneTaskPerObject implements System {
  readonly #ground: Ground;
  readonly #compute: Fargate;
  readonly #retries: RetryWheel<Delivery>;

  constructor(ground: Ground) {
    this.#ground = ground;
    const { simulation, ledger, workload, random } = ground;
    this.#compute = new Fargate(simulation, ledger, workload.world, random.fork());
    this.#retries = new RetryWheel(simulation, (due) => this.#deliver(due));
  }

  upload(cohort: Cohort): void {
    const { simulation, ledger, random } = this.#ground;
    ledger.requests({ events: 1, objectGets: 1, objectPuts: 1 }, cohort.count);
    if (random.chance(AWS.duplicates * cohort.count)) ledger.twice++;
    const delay = drawStart({ ...AWS.eventDelay, least: 0.1, most: 10 }, random);
    const deliveries = Array.from({ length: cohort.count }, () => ({ cohort, retries: 0 }));
    simulation.after(delay, () => this.#deliver(deliveries));
  }

  close(): void {}

  /** Deliveries that are due: as many as RunTask takes, the others again later. */
  #deliver(due: readonly Delivery[]): void {
    const { simulation, ledger, random } = this.#ground;
    const { most, hours, firstSeconds, longestSeconds } = AWS.eventRetries;
    let refused = false;
    for (const { cohort, retries } of due) {
      // Who comes after one that was refused in the same instant meets the same answer.
      if (!refused && this.#compute.runTask(this.#taskFor(cohort), 1).started === 1) continue;
      if (refused) ledger.refusedLaunches++;
      refused = true;
      if (retries >= most || simulation.now - cohort.at > hours * 3_600) {
        ledger.end(cohort.poison, "silent");
        continue;
      }
      const ceiling = Math.min(longestSeconds, firstSeconds * 2 ** retries);
      this.#retries.add({ cohort, retries: retries + 1 }, (ceiling * (1 + random.next())) / 2);
    }
  }

  #taskFor(cohort: Cohort) {
    return {
      size: SIZE,
      capacity: "FARGATE" as const,
      onRunning: (task: RunningTask) => this.#work(cohort, task),
      onGone: () => this.#ground.ledger.end(cohort.poison, "silent"),
    };
  }

  #work(cohort: Cohort, task: RunningTask): void {
    const { simulation, ledger, workload } = this.#ground;
    const busy = readSeconds(cohort.bytes) + cohort.cpu + WORK.writeSeconds;
    const fails = cohort.poison || workload.world.throttled(simulation.now);
    simulation.after(WORK.bootSeconds + busy, () => {
      this.#compute.stop(task);
      if (fails) {
        ledger.end(cohort.poison, "silent");
        return;
      }
      ledger.busy(busy);
      ledger.result(cohort.at, simulation.now);
    });
  }
}
