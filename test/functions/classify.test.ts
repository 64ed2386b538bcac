import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ecsTaskStateChange } from "../../events/aws/ecs-task-state-change.ts";
import { classifyStoppedTask, describeStop } from "../../functions/on-task-stopped/classify.ts";

type Detail = Parameters<typeof classifyStoppedTask>[0];

const base = ecsTaskStateChange.parse(
  JSON.parse(
    readFileSync(new URL("../../events/samples/ecs-task-stopped-finished.json", import.meta.url), "utf8"),
  ),
).detail;

function stopped(
  stopCode: string | undefined,
  containers: { exitCode?: number; reason?: string }[],
  stoppedReason = "Essential container in task exited",
): Detail {
  return {
    ...base,
    stopCode,
    stoppedReason,
    containers: containers.map((container) => ({ name: "main", lastStatus: "STOPPED", ...container })),
  };
}

const EXITED = "EssentialContainerExited";
const FAILED_TO_START = "TaskFailedToStart";

describe("a stopped task", () => {
  it.each<[string, Detail, string]>([
    ["exit 0", stopped(EXITED, [{ exitCode: 0 }]), "finished"],
    ["exit 0 of all containers", stopped(EXITED, [{ exitCode: 0 }, { exitCode: 0 }]), "finished"],
    [
      "exit 0 with an out-of-memory reason",
      stopped(EXITED, [{ exitCode: 0, reason: "OutOfMemoryError: Container killed due to memory usage" }]),
      "out-of-memory",
    ],
    [
      "137 with its reason",
      stopped(EXITED, [{ exitCode: 137, reason: "OutOfMemoryError: Container killed due to memory usage" }]),
      "out-of-memory",
    ],
    ["137 without a reason", stopped(EXITED, [{ exitCode: 137 }]), "out-of-memory"],
    [
      "137 under a Spot interruption",
      stopped("SpotInterruption", [{ exitCode: 137 }], "Your Spot Task was interrupted."),
      "spot",
    ],
    ["a Spot warning's stop", stopped("TerminationNotice", [{ exitCode: 143 }]), "spot"],
    ["a container's own error", stopped(EXITED, [{ exitCode: 1 }]), "container-error"],
    ["a segmentation fault", stopped(EXITED, [{ exitCode: 139 }]), "container-error"],
    ["one container of two in error", stopped(EXITED, [{ exitCode: 0 }, { exitCode: 2 }]), "container-error"],
    ["a missing exit code", stopped(EXITED, [{}]), "container-error"],
    ["no containers at all", stopped(undefined, []), "container-error"],
    ["SIGTERM that it obeyed", stopped(EXITED, [{ exitCode: 143 }]), "expected"],
    [
      "scale-in or deployment",
      stopped("ServiceSchedulerInitiated", [{ exitCode: 143 }], "Scaling activity initiated by deployment"),
      "expected",
    ],
    ["a person's stop, even with 137", stopped("UserInitiated", [{ exitCode: 137 }]), "expected"],
    ["an unhealthy host", stopped("InfrastructureHealth", [{}]), "infrastructure"],
    [
      "an image that cannot be pulled",
      stopped(FAILED_TO_START, [{ reason: "CannotPullContainerError: not found" }]),
      "cannot-pull",
    ],
    [
      "the pull error in the task's reason alone",
      stopped(FAILED_TO_START, [{}], "CannotPullImageManifestError: no manifest"),
      "cannot-pull",
    ],
    [
      "a secret that cannot be read",
      stopped(FAILED_TO_START, [{}], "ResourceInitializationError: unable to pull secrets or registry auth"),
      "initialization",
    ],
    [
      "an entry point that does not start",
      stopped(FAILED_TO_START, [{ reason: "CannotStartContainerError: exec format error" }]),
      "configuration",
    ],
    [
      "a volume that cannot be made",
      stopped(FAILED_TO_START, [{ reason: "CannotCreateVolumeError: invalid" }]),
      "configuration",
    ],
    [
      "no network interface in time",
      stopped(FAILED_TO_START, [{}], "Timeout waiting for network interface provisioning to complete."),
      "infrastructure",
    ],
    [
      "a runtime that hangs",
      stopped(FAILED_TO_START, [{ reason: "DockerTimeoutError: Could not transition to started" }]),
      "infrastructure",
    ],
    [
      "a start that failed for no known reason",
      stopped(FAILED_TO_START, [{}], "Unexpected"),
      "initialization",
    ],
  ])("with %s", (_, detail, expected) => {
    const verdict = classifyStoppedTask(detail);
    expect(verdict.kind === "fault" ? verdict.cause : verdict.kind).toBe(expected);
  });

  it("is described in one line: ECS's words and each container's", () => {
    const detail = stopped(EXITED, [{ exitCode: 0 }, { exitCode: 137, reason: "OutOfMemoryError" }, {}]);
    expect(describeStop(detail)).toBe(
      "EssentialContainerExited; Essential container in task exited; main exited with 137: OutOfMemoryError; main has no exit code",
    );
  });
});
