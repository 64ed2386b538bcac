import type { EcsEvent } from "../ecs/options.ts";
import type { ArmedFault } from "./armed-fault.ts";
import type { Arsenal } from "./arsenal.ts";
import type { FaultOf } from "./scenario.ts";

type TaskFault = FaultOf<"spot-interruption" | "task-kill">;

/** A task as task faults look at it. */
export interface RunningTask {
  readonly taskArn: string;
  readonly family: string;
  readonly capacityProvider: string | undefined;
}

/** What ECS does to a task; each says whether the task ran. */
export interface TaskActions {
  interruptSpot(taskArn: string): boolean;
  killTask(taskArn: string): boolean;
  running(): readonly RunningTask[];
}

const KINDS = ["spot-interruption", "task-kill"] as const;

/** Interrupts and kills tasks: each is an occasion once, when it begins to run. */
export class TaskFaults {
  readonly #arsenal: Arsenal;
  readonly #actions: TaskActions;
  readonly #seen = new Set<string>();
  readonly #cancel = new Set<() => void>();

  constructor(arsenal: Arsenal, actions: TaskActions) {
    this.#arsenal = arsenal;
    this.#actions = actions;
  }

  onEvent({ "detail-type": type, detail }: EcsEvent): void {
    if (type !== "ECS Task State Change") return;
    const taskArn = String(detail.taskArn);
    if (detail.lastStatus === "STOPPED") this.#seen.delete(taskArn);
    if (detail.lastStatus !== "RUNNING" || detail.desiredStatus !== "RUNNING" || this.#seen.has(taskArn))
      return;
    this.#seen.add(taskArn);
    const capacityProvider = detail.capacityProviderName;
    const family = /task-definition\/([^:]+)/.exec(String(detail.taskDefinitionArn))?.[1] ?? "";
    const task = {
      taskArn,
      family,
      capacityProvider: typeof capacityProvider === "string" ? capacityProvider : undefined,
    };
    for (const kind of KINDS) {
      const chosen = this.#arsenal.choose(kind, (fault) => fitsTask(fault, task));
      if (chosen) this.#later(chosen, task);
    }
  }

  /** Faults that name a task mean one that runs already, too. */
  onArmed(armed: readonly ArmedFault[]): void {
    for (const one of armed) {
      const { fault } = one;
      if ((fault.kind !== "spot-interruption" && fault.kind !== "task-kill") || !fault.task) continue;
      const task = this.#actions.running().find(({ taskArn }) => taskArn === fault.task);
      if (task && fitsTask(fault, task) && one.choose()) this.#later(one as ArmedFault<TaskFault>, task);
    }
  }

  /** Nothing strikes any more. */
  stop(): void {
    for (const cancel of this.#cancel) cancel();
    this.#cancel.clear();
  }

  #later(armed: ArmedFault<TaskFault>, { taskArn, family }: RunningTask): void {
    const { fault } = armed;
    const cancel = this.#arsenal.clock.schedule(fault.delaySeconds * 1000, () => {
      this.#cancel.delete(cancel);
      if (!this.#arsenal.isArmed(armed.id)) return;
      const struck =
        fault.kind === "task-kill" ? this.#actions.killTask(taskArn) : this.#actions.interruptSpot(taskArn);
      if (struck) this.#arsenal.record(armed, taskArn, { family });
    });
    this.#cancel.add(cancel);
  }
}

/** Whether a fault is for a task; only Spot capacity is ever taken away. */
export function fitsTask(fault: TaskFault, task: RunningTask): boolean {
  if (fault.kind === "spot-interruption" && task.capacityProvider !== "FARGATE_SPOT") return false;
  return (fault.task === undefined || fault.task === task.taskArn) && isFamily(task.family, fault.family);
}

/** CDK ends families in letters that nobody remembers: the beginning of one will do. */
export function isFamily(family: string, wanted: string | undefined): boolean {
  return wanted === undefined || family.startsWith(wanted);
}
