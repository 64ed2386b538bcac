import { drawStart } from "../aws/compute.ts";
import { Fargate } from "../aws/fargate.ts";
import { AWS } from "../aws/limits.ts";
import { MessageQueue, type Waiting } from "../aws/message-queue.ts";
import { ScalableTarget, stepRule, trackingRules } from "../aws/scaling.ts";
import { WorkerService } from "../aws/service.ts";
import { type AfterFailure, WorkerPool } from "../aws/worker-pool.ts";
import type { Cohort } from "../workload/workload.ts";
import type { Ground, Policy, System } from "./policy.ts";

/** The construct's defaults. Source: aws-cdk-lib 2.276, aws-ecs-patterns, QueueProcessingFargateService. */
const DEFAULTS = {
  size: { cpu: 256, memoryMiB: 512 },
  minCapacity: 1,
  maxCapacity: 2,
  visibilitySeconds: 30,
  maxReceives: 3,
  cooldownSeconds: 300,
  cpuTarget: 50,
} as const;

/** Application Auto Scaling's default for a policy on an ECS service, which the construct's CPU policy leaves. */
const TRACKING_COOLDOWN = 300;

/** The queue and service that CDK's own pattern makes, filled by a rule. */
export const QUEUE_PROCESSING_SERVICE: Policy = {
  name: "QueueProcessingFargateService",
  description:
    "CDK's pattern with its defaults: 0.25 vCPU, one task up to two, steps at 100 and 500 messages, CPU target 50 %, three receives, then its dead-letter queue. Its container takes messages as Longshore's workers do.",
  source: "aws-cdk-lib 2.276, aws-ecs-patterns",
  create: (ground) => new QueueProcessingService(ground),
};

class QueueProcessingService implements System {
  readonly #ground: Ground;
  readonly #queue = new MessageQueue();
  readonly #pool: WorkerPool;
  readonly #service: WorkerService;
  readonly #target: ScalableTarget;
  #cpuAt = 0;

  constructor(ground: Ground) {
    this.#ground = ground;
    const { simulation, ledger, workload, random } = ground;
    const { size, minCapacity, maxCapacity, visibilitySeconds, cooldownSeconds, cpuTarget } = DEFAULTS;
    const compute = new Fargate(simulation, ledger, workload.world, random.fork());
    this.#pool = new WorkerPool(simulation, ledger, workload.world, this.#queue, {
      size,
      visibility: visibilitySeconds,
      afterFailure,
    });
    this.#service = new WorkerService(simulation, compute, this.#pool, { size, capacity: "FARGATE" });
    const steps = [
      { from: 100, adjustment: 1 },
      { from: 500, adjustment: 5 },
    ];
    this.#target = new ScalableTarget(
      { min: minCapacity, max: maxCapacity },
      [
        ...trackingRules("cpu", cpuTarget, TRACKING_COOLDOWN),
        stepRule("visible", "below", 0, [{ from: 0, adjustment: -1 }], cooldownSeconds),
        stepRule("visible", "above", 100, steps, cooldownSeconds),
      ],
      ledger,
    );
    this.#service.addRunning();
    simulation.every(AWS.metricPeriod, AWS.metricPeriod, () => this.#minute());
  }

  upload(cohort: Cohort): void {
    const { simulation, ledger, random } = this.#ground;
    const { count } = cohort;
    ledger.requests({ events: 1, queueRequests: 1.2, objectGets: 1, objectPuts: 1 }, count);
    if (random.chance(AWS.duplicates * count)) ledger.twice++;
    const delay = drawStart({ ...AWS.eventDelay, least: 0.1, most: 10 }, random);
    simulation.after(delay, () => this.#queue.send({ cohort, count, receives: 0, attempts: 0 }));
  }

  close(): void {
    this.#service.close();
  }

  #minute(): boolean {
    const { simulation } = this.#ground;
    const busy = this.#pool.busyCpuSeconds;
    const running = Math.max(1, this.#service.running);
    const cpu = Math.min(100, ((busy - this.#cpuAt) / (AWS.metricPeriod * running)) * 100);
    this.#cpuAt = busy;
    const metrics = { visible: this.#queue.visible, cpu };
    simulation.after(this.#ground.workload.world.metricDelay, () =>
      this.#target.minute(simulation.now, metrics, this.#service),
    );
    return true;
  }
}

/** A message that nobody deletes shows again when its visibility time-out is over. */
function afterFailure({ receives, attempts }: Waiting): AfterFailure {
  if (receives + 1 >= DEFAULTS.maxReceives) return { kind: "end", record: "on-record" };
  return { kind: "again", seconds: DEFAULTS.visibilitySeconds, attempts: attempts + 1 };
}
