import { drawStart } from "../aws/compute.ts";
import { AWS } from "../aws/limits.ts";
import type { Cohort } from "../workload/workload.ts";
import type { Ground, Policy, System } from "./policy.ts";
import { SingleTasks } from "./single-tasks.ts";

/** Children of one array job. Source: AWS Batch user guide, "Array jobs". */
const LARGEST_ARRAY = 10_000;
/** vCPUs of a compute environment, CDK's default. Source: aws-cdk-lib 2.276, aws-batch, FargateComputeEnvironment. */
const MAX_VCPUS = 256;
/** How often what came in is submitted: an array needs to know its objects. Assumed. */
const SUBMIT_SECONDS = 300;
/** How often Batch's scheduler looks for room. Assumed. */
const SCHEDULE_SECONDS = 1;
const VCPUS = 1;

/** What came in within five minutes is one array job of AWS Batch on Fargate, a child for each object. */
export const BATCH_ARRAY: Policy = {
  name: "AWS Batch array",
  description:
    "Every five minutes an array job over what came in, a child on Fargate for each object, one attempt, 256 vCPU at most. What failed is in Batch's own records for a week.",
  source: "AWS Batch user guide, array jobs; CDK's defaults",
  create: (ground) => new BatchArray(ground),
};

class BatchArray implements System {
  readonly #ground: Ground;
  readonly #tasks: SingleTasks;
  #collected: Cohort[] = [];
  #runnable: Cohort[] = [];
  #next = 0;

  constructor(ground: Ground) {
    this.#ground = ground;
    const { simulation } = ground;
    this.#tasks = new SingleTasks(ground, {
      size: { cpu: VCPUS * 1_024, memoryMiB: 2_048 },
      maxAttempts: 1,
      delay: () => 0,
      onEnded: () => {},
      again: () => {},
    });
    simulation.every(SUBMIT_SECONDS, SUBMIT_SECONDS, () => this.#submit());
    simulation.every(SCHEDULE_SECONDS, SCHEDULE_SECONDS, () => this.#schedule());
  }

  upload(cohort: Cohort): void {
    const { simulation, ledger, random } = this.#ground;
    // Its event goes to the queue that the submitter reads.
    ledger.requests({ events: 1, queueRequests: 1.2, objectGets: 1, objectPuts: 1 }, cohort.count);
    const delay = drawStart({ ...AWS.eventDelay, least: 0.1, most: 10 }, random);
    simulation.after(delay, () => {
      for (let index = 0; index < cohort.count; index++) this.#collected.push({ ...cohort, count: 1 });
    });
  }

  close(): void {}

  #submit(): boolean {
    const arrays = Math.ceil(this.#collected.length / LARGEST_ARRAY);
    this.#ground.ledger.requests({ functionCalls: 1, functionGbSeconds: 0.25 * (1 + arrays) });
    this.#runnable = [...this.#runnable.slice(this.#next), ...this.#collected];
    this.#next = 0;
    this.#collected = [];
    return true;
  }

  #schedule(): boolean {
    for (; this.#next < this.#runnable.length; this.#next++) {
      const cohort = this.#runnable[this.#next];
      if (!cohort || this.#tasks.count >= MAX_VCPUS / VCPUS || !this.#tasks.run(cohort, 1)) break;
    }
    return true;
  }
}
