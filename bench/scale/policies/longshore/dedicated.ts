import type { JobItem } from "../../../../events/jobs/job.ts";
import type { LaunchRequest } from "../../../../events/jobs/launch-request.ts";
import type { Pipeline } from "../../../../events/pipeline.ts";
import { LAUNCH_BUDGET } from "../../../../functions/kit/ecs-limits.ts";
import { takeTurn } from "../../../../functions/kit/launch-budget.ts";
import { secondsUntil, waitBeforeTurn } from "../../../../functions/kit/turn.ts";
import { afterRefusal } from "../../../../functions/launch-upload/after-refusal.ts";
import { refusalFromError, refusalFromFailures } from "../../../../functions/launch-upload/refusal.ts";
import { attemptSize, providerFor } from "../../../../functions/launch-upload/run-task-input.ts";
import { classifyStoppedTask, type StoppedTask } from "../../../../functions/on-task-stopped/classify.ts";
import { nextStep } from "../../../../functions/on-task-stopped/next-step.ts";
import type { Compute, RunningTask } from "../../aws/compute.ts";
import { AWS } from "../../aws/limits.ts";
import { readSeconds, WORK } from "../../workload/work.ts";
import type { Cohort } from "../../workload/workload.ts";
import type { Ground } from "../policy.ts";

/** Seconds of `launch-upload`: with a call of RunTask, and when it only puts a launch off. Assumed. */
const LAUNCH_SECONDS = 0.3;
const DEFER_SECONDS = 0.06;
/** Seconds from a stopped task to the decision on what follows. Assumed. */
const STOPPED_SECONDS = 1;

/** What ECS reports of a task that ended badly, as far as it decides on anything. */
const STOPS = {
  "start-failure": stop(
    "TaskFailedToStart",
    "Timeout waiting for network interface provisioning to complete.",
  ),
  spot: stop("SpotInterruption", "Your Spot Task was interrupted."),
  error: stop("EssentialContainerExited", "Essential container in task exited", 1),
};

/** What one task can have of an instance. */
export const PLACES = {
  instances: {
    capacityProvider: "EC2",
    cpu: AWS.instance.vcpus * 1_024,
    memoryMiB: AWS.instance.gib * 1_024,
    binpackOn: "cpu" as const,
  },
};

interface Job {
  readonly cohort: Cohort;
  readonly item: JobItem;
}

/** A task for each large object: launch budget, backoff, capacity order and attempts by cause are the functions' own. */
export class DedicatedLane {
  readonly #ground: Ground;
  readonly #compute: Compute;
  /** When each of the launch queue's concurrent functions is free. */
  readonly #slots: number[];
  #nextTurn: number | undefined;

  constructor(ground: Ground, compute: Compute, launchConcurrency: number) {
    this.#ground = ground;
    this.#compute = compute;
    this.#slots = Array.from({ length: launchConcurrency }, () => 0);
  }

  /** One object, of which the event has come. */
  upload(cohort: Cohort): void {
    const item = newJob(cohort);
    this.#launch({ cohort, item }, { kind: "launch", job: item, attempt: 1, provider: 0, refusals: 0 });
  }

  #launch(job: Job, request: LaunchRequest): void {
    const { now } = this.#ground.simulation;
    const turn = request.notBefore === undefined ? this.#takeTurn(now) : Date.parse(request.notBefore);
    if (waitBeforeTurn(turn, now * 1_000) > 0) {
      const notBefore = new Date(turn).toISOString();
      this.#later(job, { ...request, notBefore }, secondsUntil(turn, now * 1_000));
      return;
    }
    const answer = this.#compute.runTask(this.#taskFor(job, request), 1);
    if (answer.started === 1) return;
    const refusal = answer.error
      ? refusalFromError(answer.error)
      : refusalFromFailures(answer.failures ?? []);
    const next = afterRefusal(request, refusal, this.#ground.random.next());
    if (next.kind === "give-up") this.#ground.ledger.end(job.cohort.poison, "on-record");
    else this.#later(job, next.request, next.delaySeconds);
  }

  #takeTurn(now: number): number {
    const { turn, next } = takeTurn(this.#nextTurn, now * 1_000, LAUNCH_BUDGET);
    this.#nextTurn = next;
    return turn;
  }

  /** Through the launch queue, whose functions are held to a concurrency. */
  #later(job: Job, request: LaunchRequest, delaySeconds: number): void {
    const { simulation } = this.#ground;
    simulation.after(delaySeconds, () => {
      const slot = this.#slots.indexOf(Math.min(...this.#slots));
      const begin = Math.max(simulation.now, this.#slots[slot] ?? 0);
      const turn = request.notBefore === undefined ? 0 : Date.parse(request.notBefore);
      const defers = waitBeforeTurn(turn, begin * 1_000) > 0;
      this.#slots[slot] = begin + (defers ? DEFER_SECONDS : LAUNCH_SECONDS);
      simulation.at(begin, () => this.#launch(job, request));
    });
  }

  #taskFor(job: Job, request: LaunchRequest) {
    const { pipeline } = job.cohort;
    return {
      size: attemptSize(request, pipeline),
      capacity: providerFor(request, pipeline, PLACES),
      onRunning: (task: RunningTask) => this.#work(job, request, task),
      onGone: (cause: "start-failure" | "spot") => this.#stopped(job, request, STOPS[cause]),
    };
  }

  #work(job: Job, request: LaunchRequest, task: RunningTask): void {
    const { simulation, ledger, workload } = this.#ground;
    const { cohort } = job;
    const busy = readSeconds(cohort.bytes) + cohort.cpu / (task.launch.size.cpu / 1_024) + WORK.writeSeconds;
    const fails = cohort.poison || workload.world.throttled(simulation.now);
    simulation.after(WORK.bootSeconds + busy, () => {
      if (task.ended) return;
      this.#compute.stop(task);
      if (fails) {
        this.#stopped(job, request, STOPS.error);
        return;
      }
      ledger.busy(busy);
      ledger.result(cohort.at, simulation.now);
    });
  }

  #stopped(job: Job, request: LaunchRequest, task: StoppedTask): void {
    const { pipeline, poison } = job.cohort;
    const { memoryMiB } = attemptSize(request, pipeline);
    const attempt = { number: request.attempt, memoryMiB };
    const next = nextStep(job.item, attempt, classifyStoppedTask(task), pipeline);
    if (next.kind === "retry") this.#later(job, next.request, next.delaySeconds + STOPPED_SECONDS);
    else this.#ground.ledger.end(poison, "on-record");
  }
}

function newJob({ bytes, pipeline }: { bytes: number; pipeline: Pipeline }): JobItem {
  const time = new Date(0).toISOString();
  return {
    jobId: "0".repeat(64),
    status: "accepted",
    pipeline: pipeline.name,
    lane: "dedicated",
    bucket: "uploads",
    key: "key",
    etag: "etag",
    size: bytes,
    sequencer: "00",
    attempt: 0,
    createdAt: time,
    updatedAt: time,
  };
}

function stop(
  stopCode: NonNullable<StoppedTask["stopCode"]>,
  stoppedReason: string,
  exitCode?: number,
): StoppedTask {
  const containers = exitCode === undefined ? [] : [{ name: "main", exitCode, lastStatus: "STOPPED" }];
  return { stopCode, stoppedReason, containers } as unknown as StoppedTask;
}
