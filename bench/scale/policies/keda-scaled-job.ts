import { drawStart } from "../aws/compute.ts";
import { AWS } from "../aws/limits.ts";
import { MessageQueue } from "../aws/message-queue.ts";
import type { Cohort } from "../workload/workload.ts";
import type { Ground, Policy, System } from "./policy.ts";
import { SingleTasks } from "./single-tasks.ts";

/** KEDA's defaults. Source: KEDA, "ScaledJob specification" and the scaler "AWS SQS Queue". */
const KEDA = { pollingSeconds: 30, maxReplicas: 100, queueLength: 5, backoffLimit: 6 } as const;
/** Kubernetes starts a failed pod again after 10 s, 20 s, 40 s, … up to six minutes. */
const RESTART_SECONDS = { first: 10, longest: 360 };
/** Dollars for an hour of an EKS cluster's control plane. Source: Amazon EKS pricing. */
const CONTROL_PLANE_HOUR = 0.1;

/** A Kubernetes Job for each message, on EKS with Fargate. */
export const KEDA_SCALED_JOB: Policy = {
  name: "KEDA ScaledJob",
  description:
    "On EKS with Fargate: every 30 s as many jobs as a fifth of the queue's length asks for, up to 100 in all; each job takes one message and ends.",
  source: "KEDA, ScaledJob specification, scaler “AWS SQS Queue”, strategy “default”",
  create: (ground) => new KedaScaledJob(ground),
};

class KedaScaledJob implements System {
  readonly #ground: Ground;
  readonly #queue = new MessageQueue();
  readonly #tasks: SingleTasks;

  constructor(ground: Ground) {
    this.#ground = ground;
    const { simulation } = ground;
    this.#tasks = new SingleTasks(ground, {
      size: { cpu: 1_024, memoryMiB: 2_048 },
      maxAttempts: 1 + KEDA.backoffLimit,
      delay: (attempt) => Math.min(RESTART_SECONDS.longest, RESTART_SECONDS.first * 2 ** (attempt - 1)),
      onEnded: () => {},
      again: (cohort, attempt) => this.#again(cohort, attempt),
    });
    simulation.every(KEDA.pollingSeconds, KEDA.pollingSeconds, () => this.#poll());
  }

  upload(cohort: Cohort): void {
    const { simulation, ledger, random } = this.#ground;
    const { count } = cohort;
    // Sent, received and deleted one by one.
    ledger.requests({ events: 1, queueRequests: 3, objectGets: 1, objectPuts: 1 }, count);
    if (random.chance(AWS.duplicates * count)) ledger.twice++;
    const delay = drawStart({ ...AWS.eventDelay, least: 0.1, most: 10 }, random);
    simulation.after(delay, () => this.#queue.send({ cohort, count, receives: 0, attempts: 0 }));
  }

  close(): void {
    this.#ground.ledger.fixed((CONTROL_PLANE_HOUR * this.#ground.simulation.now) / 3_600);
  }

  /** Its "default" strategy: what the length asks for, less what runs. */
  #poll(): boolean {
    const length = this.#queue.visible + this.#tasks.count;
    const wanted = Math.min(KEDA.maxReplicas, Math.ceil(length / KEDA.queueLength));
    for (let left = wanted - this.#tasks.count; left > 0; left--) {
      const [piece] = this.#queue.receive(1);
      if (!piece) break;
      if (this.#tasks.run({ ...piece.cohort, count: 1 }, 1)) continue;
      this.#queue.send(piece);
      break;
    }
    return true;
  }

  #again(cohort: Cohort, attempt: number): void {
    if (this.#tasks.run(cohort, attempt)) return;
    this.#ground.simulation.after(RESTART_SECONDS.first, () => this.#again(cohort, attempt));
  }
}
