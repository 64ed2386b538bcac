import { POOLED_REQUESTS } from "../../../events/request-costs.ts";
import { drawStart } from "../aws/compute.ts";
import { AWS } from "../aws/limits.ts";
import { readSeconds, WORK } from "../workload/work.ts";
import type { Cohort } from "../workload/workload.ts";
import type { Ground, Policy, System } from "./policy.ts";

/** As much as the processor's tasks have; it decides on the CPU too. */
const MEMORY_GB = 2;
/** GB of memory for one vCPU. Source: Lambda developer guide, "Memory". */
const GB_PER_VCPU = 1.769;
/** Bytes of /tmp that a function has by default. Source: Lambda developer guide, "Ephemeral storage". */
const TMP_BYTES = 512 * 2 ** 20;
/** An environment that is idle for this long is gone. Assumed; AWS promises nothing. */
const IDLE_SECONDS = 600;

const DESCRIPTION =
  "A rule invokes a function of 2 GB for each object. An error is retried twice and then dropped, as long as nobody adds a destination; objects above /tmp's 512 MB or 15 minutes fail.";

/** A function for each object, as S3's samples have it. */
export const LAMBDA_PER_OBJECT: Policy = {
  name: "Lambda per object",
  description: DESCRIPTION,
  source: "AWS Lambda developer guide, tutorial “Using an Amazon S3 trigger”; its defaults and quotas",
  create: (ground) => new LambdaPerObject(ground, false),
};

/** The same, with the job's state in a table, so that duplicates are told apart and people can ask. */
export const LAMBDA_WITH_BOOKS: Policy = {
  name: "Lambda with a job table",
  description: "The same, and it keeps Longshore's books: state of each job, no work done twice.",
  source: LAMBDA_PER_OBJECT.source,
  create: (ground) => new LambdaPerObject(ground, true),
};

class LambdaPerObject implements System {
  readonly #ground: Ground;
  readonly #books: boolean;
  /** Environments that are idle, by when they became so; the newest is taken first. */
  readonly #idle: number[] = [];
  #busy = 0;

  constructor(ground: Ground, books: boolean) {
    this.#ground = ground;
    this.#books = books;
  }

  upload(cohort: Cohort): void {
    const { simulation, ledger, random } = this.#ground;
    const { count } = cohort;
    const { tableWrites, tableReads } = POOLED_REQUESTS;
    ledger.requests({ events: 1, objectGets: 1, objectPuts: 1 }, count);
    if (this.#books) ledger.requests({ tableWrites, tableReads }, count);
    else if (random.chance(AWS.duplicates * count)) ledger.twice++;
    const delay = drawStart({ ...AWS.eventDelay, least: 0.1, most: 10 }, random);
    for (let index = 0; index < count; index++) {
      simulation.after(delay, () => this.#invoke(cohort, 0, 0));
    }
  }

  close(): void {}

  /** @param throttles how often it found no room */
  #invoke(cohort: Cohort, errors: number, throttles: number): void {
    const { simulation, random } = this.#ground;
    if (this.#busy >= AWS.lambda.concurrency) {
      const seconds = Math.min(300, 2 ** throttles) * (0.5 + random.next() / 2);
      simulation.after(seconds, () => this.#invoke(cohort, errors, throttles + 1));
      return;
    }
    this.#busy++;
    const cold = this.#takeEnvironment() ? 0 : AWS.lambdaColdStart;
    const cpu = Math.max(cohort.cpu, cohort.cpu / (MEMORY_GB / GB_PER_VCPU));
    const seconds = readSeconds(cohort.bytes) + cpu + WORK.writeSeconds;
    const fits = cohort.bytes <= TMP_BYTES && seconds <= AWS.lambda.timeoutSeconds;
    const billed = cold + Math.min(seconds, AWS.lambda.timeoutSeconds);
    simulation.after(billed, () => this.#ended(cohort, errors, { fits, billed }));
  }

  /** @returns whether there was one that is warm */
  #takeEnvironment(): boolean {
    const idleSince = this.#idle.pop();
    if (idleSince !== undefined && this.#ground.simulation.now - idleSince < IDLE_SECONDS) return true;
    this.#idle.length = 0;
    return false;
  }

  #ended(cohort: Cohort, errors: number, run: { fits: boolean; billed: number }): void {
    const { simulation, ledger, workload } = this.#ground;
    this.#busy--;
    this.#idle.push(simulation.now);
    ledger.requests({ functionCalls: 1, functionGbSeconds: run.billed * MEMORY_GB });
    if (run.fits && !cohort.poison && !workload.world.throttled(simulation.now)) {
      ledger.result(cohort.at, simulation.now);
      return;
    }
    const delay = AWS.lambda.retrySeconds[errors];
    if (delay === undefined) ledger.end(cohort.poison, this.#books ? "on-record" : "silent");
    else simulation.after(delay, () => this.#invoke(cohort, errors + 1, 0));
  }
}
