import type { Random } from "../engine/random.ts";
import type { Simulation } from "../engine/simulation.ts";
import type { Ledger } from "../figures/ledger.ts";
import type { World } from "../workload/workload.ts";
import { type Compute, drawStart, type Launch, type LaunchAnswer, type RunningTask } from "./compute.ts";
import { AWS } from "./limits.ts";
import { TokenBucket } from "./token-bucket.ts";

type FargateCapacity = "FARGATE" | "FARGATE_SPOT";

/** ECS's own words, which the project's functions read as they would AWS's. */
const THROTTLED = refused("ThrottlingException", "Rate exceeded");
const OVER_QUOTA = refused(
  "ClientException",
  "You've reached the limit on the number of vCPUs you can run concurrently",
);
const NO_CAPACITY = [{ reason: "Capacity is unavailable at this time" }];

function refused(name: string, message: string): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } });
}

/** RunTask on Fargate, within AWS's limits: who asks for too much is refused in AWS's words. */
export class Fargate implements Compute {
  readonly #simulation: Simulation;
  readonly #ledger: Ledger;
  readonly #world: World;
  readonly #random: Random;
  readonly #calls = new TokenBucket(AWS.runTask);
  readonly #launches = {
    FARGATE: new TokenBucket(AWS.fargateLaunches),
    FARGATE_SPOT: new TokenBucket(AWS.fargateLaunches),
  };
  readonly #vcpus = { FARGATE: 0, FARGATE_SPOT: 0 };

  constructor(simulation: Simulation, ledger: Ledger, world: World, random: Random) {
    this.#simulation = simulation;
    this.#ledger = ledger;
    this.#world = world;
    this.#random = random;
  }

  runTask(launch: Launch, count: number): LaunchAnswer {
    const called = this.#calls.take(this.#simulation.now, 1) === 1;
    return called ? this.start(launch, count) : this.#refuse(count, { error: THROTTLED });
  }

  start(launch: Launch, count: number): LaunchAnswer {
    const { now } = this.#simulation;
    const capacity = capacityOf(launch);
    if (capacity === "FARGATE_SPOT" && this.#world.spotDrought(now)) {
      return this.#refuse(count, { failures: NO_CAPACITY });
    }
    const room = (this.#world.vcpuQuota - this.#vcpus[capacity]) / vcpusOf(launch);
    const allowed = Math.min(count, Math.max(0, Math.floor(room + 1e-9)));
    if (allowed === 0) return this.#refuse(count, { error: OVER_QUOTA });
    const started = this.#launches[capacity].take(now, allowed);
    for (let index = 0; index < started; index++) this.#begin(launch, capacity);
    if (started === 0) return this.#refuse(count, { error: THROTTLED });
    if (started < count) this.#ledger.refusedLaunches += count - started;
    return started === count ? { started } : { started, failures: NO_CAPACITY };
  }

  adopt(launch: Launch): RunningTask {
    const { now } = this.#simulation;
    this.#vcpus[capacityOf(launch)] += vcpusOf(launch);
    this.#ledger.vcpus(vcpusOf(launch));
    return { launch, askedAt: now, startedAt: now, ended: false };
  }

  stop(task: RunningTask): void {
    if (task.ended) return;
    task.ended = true;
    const capacity = capacityOf(task.launch);
    const vcpus = vcpusOf(task.launch);
    this.#vcpus[capacity] -= vcpus;
    this.#ledger.vcpus(-vcpus);
    const billedFrom = Math.min(task.askedAt + AWS.unbilledStart, task.startedAt);
    const { size } = task.launch;
    this.#ledger.ranSeconds += Math.max(0, this.#simulation.now - task.startedAt);
    const seconds = Math.max(0, this.#simulation.now - billedFrom);
    this.#ledger.task({ size, capacity, architecture: "x86_64" }, seconds);
  }

  #refuse(count: number, why: Omit<LaunchAnswer, "started">): LaunchAnswer {
    this.#ledger.refusedLaunches += count;
    return { started: 0, ...why };
  }

  #begin(launch: Launch, capacity: FargateCapacity): void {
    const { now } = this.#simulation;
    const vcpus = vcpusOf(launch);
    this.#vcpus[capacity] += vcpus;
    this.#ledger.vcpus(vcpus);
    const startedAt = now + drawStart(this.#world.start, this.#random);
    const task: RunningTask = { launch, askedAt: now, startedAt, ended: false };
    const fails = this.#random.chance(this.#world.startFailures);
    this.#simulation.at(startedAt, () => {
      if (task.ended) return;
      if (fails) this.#gone(task, "start-failure");
      else this.#run(task, capacity);
    });
  }

  #run(task: RunningTask, capacity: FargateCapacity): void {
    if (capacity === "FARGATE_SPOT") {
      const hours = this.#random.exponential(1 / AWS.spotInterruptionsPerHour);
      this.#simulation.after(hours * 3_600, () => this.#gone(task, "spot"));
    }
    task.launch.onRunning(task);
  }

  #gone(task: RunningTask, cause: "start-failure" | "spot"): void {
    if (task.ended) return;
    this.stop(task);
    task.launch.onGone?.(cause, task);
  }
}

function capacityOf({ capacity }: Launch): FargateCapacity {
  if (capacity === "EC2") throw new RangeError("Fargate runs nothing on EC2");
  return capacity;
}

function vcpusOf({ size }: Launch): number {
  return size.cpu / 1_024;
}
