import { JOB_SHARDS } from "../../../../events/jobs/job-indexes.ts";
import type { CapacityProvider, Lane, Pipeline, TaskSize } from "../../../../events/pipeline.ts";
import { DEDICATED_REQUESTS, POOLED_REQUESTS } from "../../../../events/request-costs.ts";
import { laneFor } from "../../../../events/routing.ts";
import { type Config, parseConfig } from "../../../../infra/config.ts";
import { WORKER_SIZE } from "../../../../infra/worker-settings.ts";
import { drawStart } from "../../aws/compute.ts";
import { Fargate } from "../../aws/fargate.ts";
import { Instances } from "../../aws/instances.ts";
import { AWS } from "../../aws/limits.ts";
import type { Cohort } from "../../workload/workload.ts";
import type { Ground, Policy, System } from "../policy.ts";
import { DedicatedLane } from "./dedicated.ts";
import { PooledLane } from "./pooled.ts";

/** Write units of index `byTime` for each pooled object, see `POOLED_REQUESTS`. */
const INDEX_WRITES = 1;

export interface LongshoreOptions {
  readonly name: string;
  readonly description: string;
  /** As CDK context has them. */
  readonly settings?: Readonly<Record<string, number>>;
  readonly workerSize?: TaskSize;
  /** Above this an object has a task of its own, in every pipeline. @default as each pipeline says */
  readonly dedicatedAboveBytes?: number;
  /** Where everything runs. @default tasks as pipelines say, workers on demand, burst workers on Spot first */
  readonly only?: CapacityProvider;
  /** Partitions that jobs are spread over in index `byTime`. @default as the table is */
  readonly indexPartitions?: number;
}

/** Longshore as it is deployed, or with other settings. */
export function longshore(options: LongshoreOptions): Policy {
  return {
    name: options.name,
    description: options.description,
    source: "this repository",
    create: (ground) => new Longshore(ground, options),
  };
}

class Longshore implements System {
  readonly #ground: Ground;
  readonly #options: LongshoreOptions;
  readonly #compute: Fargate | Instances;
  readonly #pooled: PooledLane;
  readonly #dedicated: DedicatedLane;
  /** Until when the index has writes to do. */
  #indexBusyUntil = 0;

  constructor(ground: Ground, options: LongshoreOptions) {
    this.#ground = ground;
    this.#options = options;
    const { simulation, ledger, workload, random } = ground;
    const config: Config = parseConfig({ ...workload.settings, ...options.settings });
    const { only } = options;
    this.#compute =
      only === "EC2"
        ? new Instances(simulation, ledger, random.fork())
        : new Fargate(simulation, ledger, workload.world, random.fork());
    this.#pooled = new PooledLane(ground, this.#compute, {
      config,
      size: options.workerSize ?? WORKER_SIZE,
      capacity: only ?? "FARGATE",
      burstCapacity: only ? [only] : ["FARGATE_SPOT", "FARGATE"],
      writeDelay: (count) => this.#indexDelay(count),
    });
    this.#dedicated = new DedicatedLane(ground, this.#compute, config.launchConcurrency);
  }

  upload(cohort: Cohort): void {
    const { simulation, ledger, random } = this.#ground;
    const pipeline = this.#adapted(cohort.pipeline);
    const lane: Lane = laneFor(pipeline, cohort.bytes);
    const delay = drawStart({ ...AWS.eventDelay, least: 0.1, most: 10 }, random);
    if (lane === "pooled") {
      ledger.requests(POOLED_REQUESTS, cohort.count);
      const { count } = cohort;
      simulation.after(delay, () => this.#pooled.queue.send({ cohort, count, receives: 0, attempts: 0 }));
      return;
    }
    ledger.requests(DEDICATED_REQUESTS, cohort.count);
    for (let index = 0; index < cohort.count; index++) {
      simulation.after(delay, () => this.#dedicated.upload({ ...cohort, pipeline, count: 1 }));
    }
  }

  close(): void {
    this.#pooled.close();
    if (this.#compute instanceof Instances) this.#compute.close();
  }

  #adapted(pipeline: Pipeline): Pipeline {
    const { only, dedicatedAboveBytes } = this.#options;
    if (only === undefined && dedicatedAboveBytes === undefined) return pipeline;
    return {
      ...pipeline,
      ...(dedicatedAboveBytes !== undefined && { dedicatedAboveBytes }),
      ...(only && { capacity: [only] }),
    };
  }

  /** New jobs go to the ends of the index's partitions, and a table waits for its indexes. */
  #indexDelay(count: number): number {
    const { now } = this.#ground.simulation;
    const perSecond = AWS.partitionWrites * (this.#options.indexPartitions ?? JOB_SHARDS);
    this.#indexBusyUntil = Math.max(this.#indexBusyUntil, now) + (count * INDEX_WRITES) / perSecond;
    return this.#indexBusyUntil - now;
  }
}
