import type { EcsTaskStateChange } from "../../events/aws/ecs-task-state-change.ts";
import type { FailureCause } from "../../events/jobs/job.ts";

type TaskDetail = EcsTaskStateChange["detail"];

/** What a stopped task's event says about why it stopped. */
export type Verdict =
  /** All containers ended well. */
  | { readonly kind: "finished" }
  /** Somebody or something wanted it: scale-in, deployment, a person. */
  | { readonly kind: "expected"; readonly reason: string }
  | { readonly kind: "fault"; readonly cause: FailureCause; readonly reason: string };

const SIGKILL_EXIT = 137;
const SIGTERM_EXIT = 143;

/** Families of reasons, in the order in which they are told apart. Source: ECS developer guide, "Stopped tasks error messages". */
const REASONS: readonly (readonly [RegExp, FailureCause])[] = [
  [/OutOfMemory|out of memory/i, "out-of-memory"],
  [/CannotPull\w*Error|pull image|image.*not found/i, "cannot-pull"],
  [
    /ResourceInitializationError|unable to pull secrets|failed to (?:validate|initialize) logg/i,
    "initialization",
  ],
  [/CannotCreateVolumeError/i, "configuration"],
  [/CannotStartContainerError|exec format error|permission denied/i, "configuration"],
  [
    /ContainerRuntimeTimeoutError|DockerTimeoutError|CannotInspect|CannotStopContainerError|network interface provisioning|ContainerRuntimeError|InternalError|host .*(?:terminated|stopped)/i,
    "infrastructure",
  ],
  [/no space left|ENOSPC/i, "disk-full"],
];

/**
 * Why a task stopped, from its last state change alone. 137 is out of memory, but also SIGKILL after the stop
 * time-out and a Spot interruption, so that those are looked at first; a container without an exit code has
 * failed, not succeeded; exit 0 can come with an out-of-memory reason (amazon-ecs-agent #2467).
 */
export function classifyStoppedTask(task: TaskDetail): Verdict {
  const reason = describeStop(task);
  switch (task.stopCode) {
    case "SpotInterruption":
    case "TerminationNotice":
      return { kind: "fault", cause: "spot", reason };
    case "ServiceSchedulerInitiated":
    case "UserInitiated":
      return { kind: "expected", reason };
    case "InfrastructureHealth":
      return { kind: "fault", cause: "infrastructure", reason };
    default:
  }
  const texts = [task.stoppedReason ?? "", ...task.containers.map((container) => container.reason ?? "")];
  const known = REASONS.find(([pattern]) => texts.some((text) => pattern.test(text)));
  if (known) return { kind: "fault", cause: known[1], reason };
  if (task.stopCode === "TaskFailedToStart") return { kind: "fault", cause: "initialization", reason };

  const codes = task.containers.map(({ exitCode }) => exitCode);
  if (codes.length > 0 && codes.every((code) => code === 0)) return { kind: "finished" };
  if (codes.includes(SIGKILL_EXIT)) return { kind: "fault", cause: "out-of-memory", reason };
  if (codes.includes(SIGTERM_EXIT) && codes.every((code) => code === 0 || code === SIGTERM_EXIT))
    return { kind: "expected", reason };
  return { kind: "fault", cause: "container-error", reason };
}

/** One line for people: ECS's reason, and what each container said or returned. */
export function describeStop(task: TaskDetail): string {
  const containers = task.containers
    .filter(({ exitCode, reason }) => exitCode !== 0 || reason !== undefined)
    .map(({ name, exitCode, reason }) =>
      [`${name} ${exitCode === undefined ? "has no exit code" : `exited with ${exitCode}`}`, reason]
        .filter(Boolean)
        .join(": "),
    );
  return [task.stopCode, task.stoppedReason, ...containers].filter(Boolean).join("; ");
}
