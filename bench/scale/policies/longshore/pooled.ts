import {
  DescribeServicesCommand,
  type ECSClient,
  ListTasksCommand,
  RunTaskCommand,
} from "@aws-sdk/client-ecs";
import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { backoffSeconds } from "../../../../containers/kit/worker/backoff.ts";
import { JOB_MESSAGE_RECEIVES } from "../../../../events/jobs/job-message.ts";
import type { CapacityProvider, TaskSize } from "../../../../events/pipeline.ts";
import { LAUNCH_BUDGET } from "../../../../functions/kit/ecs-limits.ts";
import { takeTurn } from "../../../../functions/kit/launch-budget.ts";
import {
  type LaunchWorkersDependencies,
  launchWorkers,
  type TakenTurns,
} from "../../../../functions/launch-workers/launch-workers.ts";
import type { Config } from "../../../../infra/config.ts";
import {
  addWorkers,
  burstThresholds,
  LEAVE_AFTER_IDLE_SECONDS,
  removeWorker,
  START_FIRST_WORKER,
} from "../../../../infra/scaling-plan.ts";
import { MinuteAlarm } from "../../aws/alarm.ts";
import type { Compute, RunningTask } from "../../aws/compute.ts";
import { AWS } from "../../aws/limits.ts";
import { MessageQueue, type Waiting } from "../../aws/message-queue.ts";
import { plannedRule, ScalableTarget } from "../../aws/scaling.ts";
import { WorkerService } from "../../aws/service.ts";
import { type AfterFailure, type Worker, WorkerPool } from "../../aws/worker-pool.ts";
import type { Ground } from "../policy.ts";
import { PLACES } from "./dedicated.ts";

export interface PooledOptions {
  readonly config: Config;
  readonly size: TaskSize;
  /** Of the service. */
  readonly capacity: CapacityProvider;
  /** Where burst workers run, in the order in which it is tried. */
  readonly burstCapacity: readonly CapacityProvider[];
  readonly writeDelay: (count: number) => number;
}

/** Many objects to a task: service, scaling and burst workers, by the deployment's own alarms, policies and functions. */
export class PooledLane {
  readonly queue = new MessageQueue();
  readonly #ground: Ground;
  readonly #compute: Compute;
  readonly #options: PooledOptions;
  readonly #pool: WorkerPool;
  readonly #service: WorkerService;
  readonly #target: ScalableTarget;
  /** Of the launch budget, in milliseconds. */
  #nextTurn: number | undefined;
  readonly #alarms: { readonly backlog: MinuteAlarm; readonly age: MinuteAlarm };
  readonly #burst = new Map<RunningTask, Worker>();
  #burstStarting = 0;

  constructor(ground: Ground, compute: Compute, options: PooledOptions) {
    this.#ground = ground;
    this.#compute = compute;
    this.#options = options;
    const { simulation, ledger, workload } = ground;
    const { config, size, capacity } = options;
    this.#pool = new WorkerPool(simulation, ledger, workload.world, this.queue, {
      size,
      ...(config.workerConcurrency !== undefined && { concurrency: config.workerConcurrency }),
      afterFailure: (waiting, cause) => afterFailure(waiting, cause, ground),
      writeDelay: options.writeDelay,
    });
    this.#service = new WorkerService(simulation, compute, this.#pool, { size, capacity });
    const rules = [addWorkers(config), removeWorker(config)];
    if (config.minWorkers === 0) rules.push(START_FIRST_WORKER);
    const limits = { min: config.minWorkers, max: config.maxWorkers };
    this.#target = new ScalableTarget(limits, rules.map(plannedRule), ledger);
    const thresholds = burstThresholds(config);
    this.#alarms = {
      backlog: atOrAbove("visible + inFlight", thresholds.messages),
      age: atOrAbove("age", thresholds.ageSeconds),
    };
    for (let index = 0; index < config.minWorkers; index++) this.#service.addRunning();
    simulation.every(AWS.metricPeriod, AWS.metricPeriod, () => this.#minute());
  }

  close(): void {
    this.#service.close();
    for (const task of this.#burst.keys()) this.#compute.stop(task);
  }

  #minute(): boolean {
    const { simulation } = this.#ground;
    const { visible, oldest } = this.queue;
    const age = oldest === undefined ? 0 : simulation.now - oldest;
    const metrics = { visible, inFlight: this.#pool.inFlight, running: this.#service.running, age };
    simulation.after(this.#ground.workload.world.metricDelay, () => {
      this.#target.minute(simulation.now, metrics, this.#service);
      const { backlog, age: old } = this.#alarms;
      const raised = [backlog.minute(metrics), old.minute(metrics)].some((report) => report.raised);
      return raised && this.#options.config.maximumBurst > 0 ? this.#launchWorkers() : undefined;
    });
    return true;
  }

  /** The function itself, against this model's queue and cluster. */
  #launchWorkers(turns?: TakenTurns): Promise<unknown> {
    const { config } = this.#options;
    const { simulation } = this.#ground;
    const dependencies: LaunchWorkersDependencies = {
      ecs: { send: (command: unknown) => Promise.resolve(this.#answer(command)) } as unknown as ECSClient,
      sqs: { send: (command: unknown) => Promise.resolve(this.#answer(command)) } as unknown as SQSClient,
      queueUrl: "queue",
      site: {
        cluster: "cluster",
        service: "service",
        taskDefinition: "worker",
        container: "worker",
        capacity: this.#options.burstCapacity,
        ...PLACES,
        subnets: [],
        securityGroups: [],
        assignPublicIp: "DISABLED",
        leaveAfterIdleSeconds: LEAVE_AFTER_IDLE_SECONDS,
      },
      policy: config,
      budget: {
        takeTurn: async (now, count) => {
          const taken = takeTurn(this.#nextTurn, now, LAUNCH_BUDGET, count);
          this.#nextTurn = taken.next;
          return taken.turn;
        },
      },
      now: () => simulation.now * 1_000,
      // Seconds at most, in which this model's clock stands still.
      wait: async () => {},
      lookAgain: async (delaySeconds, later) => {
        simulation.after(delaySeconds, () => this.#launchWorkers(later));
      },
    };
    return launchWorkers(dependencies, turns);
  }

  #answer(command: unknown): unknown {
    if (command instanceof GetQueueAttributesCommand) {
      return {
        Attributes: {
          ApproximateNumberOfMessages: String(this.queue.visible),
          ApproximateNumberOfMessagesNotVisible: String(this.#pool.inFlight),
        },
      };
    }
    if (command instanceof DescribeServicesCommand) {
      return { services: [{ desiredCount: this.#service.desired }] };
    }
    if (command instanceof ListTasksCommand) {
      return { taskArns: Array.from({ length: this.#burst.size + this.#burstStarting }, () => "task") };
    }
    if (command instanceof RunTaskCommand) return this.#runTask(command.input);
    throw new RangeError("launch-workers sends what this model does not answer");
  }

  #runTask({ count = 1, capacityProviderStrategy = [] }: RunTaskCommand["input"]): unknown {
    const { started, failures, error } = this.#compute.runTask(
      {
        size: this.#options.size,
        capacity: capacityProviderStrategy[0]?.capacityProvider as CapacityProvider,
        onRunning: (task) => this.#burstRuns(task),
        onGone: (cause, task) => {
          if (cause === "start-failure") this.#burstStarting--;
          else this.#interrupted(task);
        },
      },
      count,
    );
    this.#burstStarting += started;
    if (started === 0 && error) throw error;
    return { tasks: Array.from({ length: started }, () => ({ taskArn: "task" })), failures: failures ?? [] };
  }

  #burstRuns(task: RunningTask): void {
    this.#burstStarting--;
    const worker = this.#pool.add({
      leaveAfterIdle: LEAVE_AFTER_IDLE_SECONDS,
      onEnd: () => {
        this.#burst.delete(task);
        this.#compute.stop(task);
      },
    });
    this.#burst.set(task, worker);
  }

  /** What it had begun it ends within Spot's two minutes, and the rest it gave back. */
  #interrupted(task: RunningTask): void {
    const worker = this.#burst.get(task);
    if (worker) this.#pool.leave(worker);
  }
}

/**
 * A failure counts as an attempt unless it is AWS's own; the message shows again after the worker's own backoff, as often
 * as its queue lets it.
 */
function afterFailure(
  { cohort, attempts, receives }: Waiting,
  cause: "poison" | "throttled",
  { random }: Ground,
): AfterFailure {
  if (cause === "throttled") {
    const tries = receives + 1;
    if (tries >= JOB_MESSAGE_RECEIVES) return { kind: "end", record: "on-record" };
    return { kind: "again", seconds: backoffSeconds(tries, random.next), attempts };
  }
  const attempt = attempts + 1;
  if (attempt >= cohort.pipeline.maxAttempts) return { kind: "end", record: "on-record" };
  return { kind: "again", seconds: backoffSeconds(attempt, random.next), attempts: attempt };
}

function atOrAbove(expression: string, threshold: number): MinuteAlarm {
  return new MinuteAlarm(expression, {
    threshold,
    comparison: "GreaterThanOrEqualToThreshold",
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    treatMissingData: "notBreaching",
  });
}
