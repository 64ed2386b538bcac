import type { Random } from "../engine/random.ts";
import type { Simulation } from "../engine/simulation.ts";
import type { Ledger } from "../figures/ledger.ts";
import { type Compute, drawStart, type Launch, type LaunchAnswer, type RunningTask } from "./compute.ts";
import { AWS } from "./limits.ts";

interface Instance {
  readonly startedAt: number;
  freeVcpus: number;
  freeGib: number;
  idleSince: number | undefined;
}

const TOO_MANY = Object.assign(new Error("The maximum number of tasks in PROVISIONING is reached"), {
  name: "ClientException",
  $metadata: { httpStatusCode: 400 },
});

/**
 * A capacity provider with managed scaling over instances: tasks without room wait in PROVISIONING, every minute as many
 * instances are started as they need, two at first, and one goes after a quarter of an hour without a task.
 */
export class Instances implements Compute {
  readonly #simulation: Simulation;
  readonly #ledger: Ledger;
  readonly #random: Random;
  readonly #instances = new Set<Instance>();
  readonly #places = new Map<RunningTask, Instance>();
  #waiting: RunningTask[] = [];
  #starting = 0;
  #looks = false;

  constructor(simulation: Simulation, ledger: Ledger, random: Random) {
    this.#simulation = simulation;
    this.#ledger = ledger;
    this.#random = random;
  }

  runTask(launch: Launch, count: number): LaunchAnswer {
    return this.start(launch, count);
  }

  start(launch: Launch, count: number): LaunchAnswer {
    const { now } = this.#simulation;
    const started = Math.min(count, AWS.provisioningTasks - this.#waiting.length);
    for (let index = 0; index < started; index++) {
      this.#waiting.push({ launch, askedAt: now, startedAt: Number.POSITIVE_INFINITY, ended: false });
    }
    this.#place();
    this.#look();
    if (started === count) return { started };
    this.#ledger.refusedLaunches += count - started;
    return { started, error: TOO_MANY };
  }

  adopt(launch: Launch): RunningTask {
    const { now } = this.#simulation;
    const task = { launch, askedAt: now, startedAt: now, ended: false };
    const { vcpus, gib } = AWS.instance;
    const instance = { startedAt: now, freeVcpus: vcpus, freeGib: gib, idleSince: undefined };
    this.#instances.add(instance);
    instance.freeVcpus -= vcpusOf(task);
    instance.freeGib -= gibOf(task);
    this.#places.set(task, instance);
    this.#ledger.vcpus(vcpusOf(task));
    this.#look();
    return task;
  }

  stop(task: RunningTask): void {
    if (task.ended) return;
    task.ended = true;
    const instance = this.#places.get(task);
    if (!instance) return;
    this.#places.delete(task);
    instance.freeVcpus += vcpusOf(task);
    instance.freeGib += gibOf(task);
    this.#ledger.vcpus(-vcpusOf(task));
    if (instance.freeVcpus === AWS.instance.vcpus) instance.idleSince = this.#simulation.now;
    const { size } = task.launch;
    this.#ledger.task(
      { size, capacity: "EC2", architecture: "arm64" },
      this.#simulation.now - task.startedAt,
    );
    this.#place();
  }

  #place(): void {
    const left: RunningTask[] = [];
    for (const task of this.#waiting) {
      if (task.ended) continue;
      const instance = [...this.#instances].find(
        ({ freeVcpus, freeGib }) => freeVcpus >= vcpusOf(task) && freeGib >= gibOf(task),
      );
      if (instance) this.#put(task, instance);
      else left.push(task);
    }
    this.#waiting = left;
  }

  #put(task: RunningTask, instance: Instance): void {
    instance.freeVcpus -= vcpusOf(task);
    instance.freeGib -= gibOf(task);
    instance.idleSince = undefined;
    this.#places.set(task, instance);
    this.#ledger.vcpus(vcpusOf(task));
    task.startedAt = this.#simulation.now + drawStart(AWS.taskStartOnInstance, this.#random);
    this.#simulation.at(task.startedAt, () => {
      if (!task.ended) task.launch.onRunning(task);
    });
  }

  /** Every minute while there is anything to look at. */
  #look(): void {
    if (this.#looks) return;
    this.#looks = true;
    this.#simulation.every(60, this.#simulation.now + 20, () => {
      this.#startInstances();
      this.#endIdle();
      this.#looks = this.#waiting.length + this.#starting + this.#instances.size > 0;
      return this.#looks;
    });
  }

  #startInstances(): void {
    const vcpus = this.#waiting.reduce((sum, task) => sum + vcpusOf(task), 0);
    const needed = Math.ceil(vcpus / AWS.instance.vcpus) - this.#starting;
    if (needed <= 0) return;
    const none = this.#instances.size + this.#starting === 0;
    const count = none ? Math.max(AWS.instancesFromZero, needed) : needed;
    this.#starting += count;
    for (let index = 0; index < count; index++) {
      const startedAt = this.#simulation.now;
      this.#simulation.after(AWS.instanceStart, () => {
        this.#starting--;
        const { vcpus: freeVcpus, gib: freeGib } = AWS.instance;
        this.#instances.add({ startedAt, freeVcpus, freeGib, idleSince: this.#simulation.now });
        this.#place();
      });
    }
  }

  #endIdle(): void {
    const { now } = this.#simulation;
    for (const instance of this.#instances) {
      const idle = instance.idleSince !== undefined && now - instance.idleSince;
      if (idle === false || idle < AWS.instanceIdleMinutes * 60) continue;
      this.#instances.delete(instance);
      this.#ledger.instance(now - instance.startedAt, AWS.instance.hour);
    }
  }

  /** What still runs is paid for until now. */
  close(): void {
    for (const { startedAt } of this.#instances)
      this.#ledger.instance(this.#simulation.now - startedAt, AWS.instance.hour);
    this.#instances.clear();
  }
}

function vcpusOf({ launch }: RunningTask): number {
  return launch.size.cpu / 1_024;
}

function gibOf({ launch }: RunningTask): number {
  return launch.size.memoryMiB / 1_024;
}
