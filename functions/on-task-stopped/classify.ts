import type { EcsTaskStateChange } from "../../events/aws/ecs-task-state-change.ts";
import type { FailureCause } from "../../events/jobs/job.ts";
import { isTimeoutStop } from "../kit/timeout-stop.ts";
import { exitWords, isOwnError, SIGKILL_EXIT, SIGTERM_EXIT } from "./exit-codes.ts";
import { causeOfReasons } from "./stop-reasons.ts";

export type StoppedTask = EcsTaskStateChange["detail"];
type Container = StoppedTask["containers"][number];

/** What a stopped task's event says about why it stopped. */
export type Verdict =
  /** All containers that matter ended well. */
  | { readonly kind: "finished" }
  /** Somebody or something wanted it: scale-in, deployment, a person. */
  | { readonly kind: "expected"; readonly reason: string }
  | {
      readonly kind: "fault";
      readonly cause: FailureCause;
      readonly reason: string;
      /** The container to blame, where one is. */
      readonly container?: string;
    };

/** What the event does not say and other places may. */
export interface TaskKnowledge {
  /** Names of the essential containers, from the task definition. Without it all count. */
  readonly essential?: ReadonlySet<string> | undefined;
  /** The container that was given the job. Its good end is the task's, whatever ECS did to the others then. */
  readonly jobContainer?: string | undefined;
}

/**
 * Why a task stopped, from its last state change. 137 is out of memory, but also SIGKILL after the stop time-out and
 * a Spot interruption, so that those are looked at first; a container without an exit code has failed, not succeeded;
 * exit 0 can come with an out-of-memory reason (amazon-ecs-agent #2467), and a kill without one (#4508).
 */
export function classifyStoppedTask(task: StoppedTask, knowledge: TaskKnowledge = {}): Verdict {
  const reason = describeStop(task);
  const stoppedReason = task.stoppedReason ?? "";
  switch (task.stopCode) {
    case "SpotInterruption":
      return { kind: "fault", cause: "spot", reason };
    case "TerminationNotice":
      // Spot's warning, or an EC2 host that is gone.
      return { kind: "fault", cause: /\bhost\b/i.test(stoppedReason) ? "infrastructure" : "spot", reason };
    case "UserInitiated":
      return isTimeoutStop(stoppedReason)
        ? { kind: "fault", cause: "timeout", reason }
        : { kind: "expected", reason };
    case "ServiceSchedulerInitiated":
      // The scheduler replaces a task that fails its load balancer's or its own health check under the same code.
      return /failed .*health check/i.test(stoppedReason)
        ? { kind: "fault", cause: "unhealthy", reason }
        : { kind: "expected", reason };
    case "InfrastructureHealth":
      return { kind: "fault", cause: "infrastructure", reason };
    default:
      return endedByItself(task, knowledge, reason);
  }
}

function endedByItself(
  task: StoppedTask,
  { essential, jobContainer }: TaskKnowledge,
  reason: string,
): Verdict {
  const fault = (cause: FailureCause, container?: Container): Verdict => ({
    kind: "fault",
    cause,
    reason,
    ...(container ? { container: container.name } : {}),
  });
  const known = task.containers.filter(({ name }) => essential?.has(name) ?? true);
  const judged = known.length > 0 ? known : task.containers;

  const blamed = judged.find((container) => causeOfReasons([container.reason]) !== undefined);
  const cause = causeOfReasons([blamed?.reason, task.stoppedReason]);
  if (cause !== undefined) return fault(cause, blamed);
  if (task.stopCode === "TaskFailedToStart") return fault("initialization");

  if (judged.find(({ name }) => name === jobContainer)?.exitCode === 0) return { kind: "finished" };
  const failed = judged.find(({ exitCode }) => exitCode !== undefined && isOwnError(exitCode));
  if (failed) return fault("container-error", failed);
  const silent = judged.find(({ exitCode }) => exitCode === undefined);
  if (silent || judged.length === 0) return fault("container-error", silent);
  // Once an essential container has ended well, ECS stops the others: SIGTERM, then SIGKILL.
  if (judged.some(({ exitCode }) => exitCode === 0)) return { kind: "finished" };
  const killed = judged.find(({ exitCode }) => exitCode === SIGKILL_EXIT);
  if (killed) return fault("out-of-memory", killed);
  // ECS's own SIGTERM comes with a stopCode of its own; this one came from inside the container, or from the host.
  return fault(
    "container-error",
    judged.find(({ exitCode }) => exitCode === SIGTERM_EXIT),
  );
}

/** One line for people: ECS's reason, and what each container said or returned. */
export function describeStop(task: Pick<StoppedTask, "stopCode" | "stoppedReason" | "containers">): string {
  const containers = task.containers
    .filter(({ exitCode, reason }) => exitCode !== 0 || reason !== undefined)
    .map(({ name, exitCode, reason }) =>
      [
        `${name} ${exitCode === undefined ? "has no exit code" : `exited with ${exitWords(exitCode)}`}`,
        reason,
      ]
        .filter(Boolean)
        .join(": "),
    );
  return [task.stopCode, task.stoppedReason, ...containers].filter(Boolean).join("; ");
}
