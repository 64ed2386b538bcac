import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ecsTaskStateChange } from "../../events/aws/ecs-task-state-change.ts";
import { timeoutStopReason } from "../../functions/kit/timeout-stop.ts";
import {
  classifyStoppedTask,
  describeStop,
  type StoppedTask,
  type TaskKnowledge,
} from "../../functions/on-task-stopped/classify.ts";

const base = ecsTaskStateChange.parse(
  JSON.parse(
    readFileSync(new URL("../../events/samples/ecs-task-stopped-finished.json", import.meta.url), "utf8"),
  ),
).detail;

interface Ended {
  name?: string;
  exitCode?: number;
  reason?: string;
}

function stopped(
  stopCode: string | undefined,
  containers: Ended[],
  stoppedReason = "Essential container in task exited",
): StoppedTask {
  return {
    ...base,
    stopCode,
    stoppedReason,
    containers: containers.map((container) => ({ name: "main", lastStatus: "STOPPED", ...container })),
  };
}

const EXITED = "EssentialContainerExited";
const FAILED_TO_START = "TaskFailedToStart";
const OOM = "OutOfMemoryError: Container killed due to memory usage";
const ESSENTIAL_MAIN: TaskKnowledge = { essential: new Set(["main"]) };
const BOTH_ESSENTIAL: TaskKnowledge = { essential: new Set(["main", "sidecar"]) };
const JOB_IN_MAIN: TaskKnowledge = { ...BOTH_ESSENTIAL, jobContainer: "main" };
const pair = (main: Ended, sidecar: Ended) => [main, { name: "sidecar", ...sidecar }];

/** Cause of a fault, else the kind of verdict; after a slash the container to blame. */
function verdictOf(detail: StoppedTask, knowledge?: TaskKnowledge): string {
  const verdict = classifyStoppedTask(detail, knowledge);
  if (verdict.kind !== "fault") return verdict.kind;
  return verdict.container === undefined ? verdict.cause : `${verdict.cause}/${verdict.container}`;
}

describe("a stopped task", () => {
  describe.each<[string, [string, StoppedTask, string][]]>([
    [
      "EssentialContainerExited",
      [
        ["exit 0", stopped(EXITED, [{ exitCode: 0 }]), "finished"],
        ["exit 0 of all containers", stopped(EXITED, pair({ exitCode: 0 }, { exitCode: 0 })), "finished"],
        [
          "exit 0 with an out-of-memory reason",
          stopped(EXITED, [{ exitCode: 0, reason: OOM }]),
          "out-of-memory/main",
        ],
        ["137 with its reason", stopped(EXITED, [{ exitCode: 137, reason: OOM }]), "out-of-memory/main"],
        ["137 without a reason", stopped(EXITED, [{ exitCode: 137 }]), "out-of-memory/main"],
        [
          "a missing exit code with an out-of-memory reason",
          stopped(EXITED, [{ reason: OOM }]),
          "out-of-memory/main",
        ],
        [
          "the out-of-memory words in the task's reason alone",
          stopped(EXITED, [{ exitCode: 137 }], OOM),
          "out-of-memory",
        ],
        ["an error of its own", stopped(EXITED, [{ exitCode: 1 }]), "container-error/main"],
        ["a command that is not there", stopped(EXITED, [{ exitCode: 127 }]), "container-error/main"],
        ["SIGABRT", stopped(EXITED, [{ exitCode: 134 }]), "container-error/main"],
        ["SIGSEGV", stopped(EXITED, [{ exitCode: 139 }]), "container-error/main"],
        ["SIGTERM that ECS did not send", stopped(EXITED, [{ exitCode: 143 }]), "container-error/main"],
        ["a missing exit code", stopped(EXITED, [{}]), "container-error/main"],
        [
          "a full disk",
          stopped(EXITED, [{ exitCode: 1, reason: "no space left on device" }]),
          "disk-full/main",
        ],
        ["no containers at all", stopped(EXITED, []), "container-error"],
      ],
    ],
    [
      "TaskFailedToStart",
      [
        [
          "an image that cannot be pulled",
          stopped(FAILED_TO_START, [{ reason: "CannotPullContainerError: pull access denied" }]),
          "cannot-pull/main",
        ],
        [
          "the pull error in the task's reason alone",
          stopped(FAILED_TO_START, [{}], "CannotPullImageManifestError: no manifest"),
          "cannot-pull",
        ],
        [
          "a registry's limit",
          stopped(FAILED_TO_START, [{}], "CannotPullECRContainerError: toomanyrequests: Rate exceeded"),
          "cannot-pull",
        ],
        [
          "a secret that cannot be read",
          stopped(
            FAILED_TO_START,
            [{}],
            "ResourceInitializationError: unable to pull secrets or registry auth",
          ),
          "initialization",
        ],
        [
          "a file system that cannot be mounted",
          stopped(FAILED_TO_START, [{}], "ResourceInitializationError: failed to invoke EFS utils commands"),
          "initialization",
        ],
        [
          "an entry point of another architecture",
          stopped(FAILED_TO_START, [{ reason: "CannotStartContainerError: exec format error" }]),
          "configuration/main",
        ],
        [
          "a volume that cannot be made",
          stopped(FAILED_TO_START, [{ reason: "CannotCreateVolumeError: invalid" }]),
          "configuration/main",
        ],
        [
          "no network interface in time",
          stopped(FAILED_TO_START, [{}], "Timeout waiting for network interface provisioning to complete."),
          "infrastructure",
        ],
        [
          "a runtime that hangs",
          stopped(FAILED_TO_START, [{ reason: "DockerTimeoutError: Could not transition to started" }]),
          "infrastructure/main",
        ],
        [
          "a runtime's time-out",
          stopped(FAILED_TO_START, [{ reason: "ContainerRuntimeTimeoutError: Could not transition" }]),
          "infrastructure/main",
        ],
        [
          "an inspection that failed",
          stopped(FAILED_TO_START, [{ reason: "CannotInspectContainerError: nil" }]),
          "infrastructure/main",
        ],
        [
          "no capacity",
          stopped(FAILED_TO_START, [{}], "Capacity is unavailable at this time. Please try again later"),
          "infrastructure",
        ],
        ["no known reason", stopped(FAILED_TO_START, [{}], "Unexpected"), "initialization"],
      ],
    ],
    [
      "UserInitiated",
      [
        ["a person's stop", stopped("UserInitiated", [{ exitCode: 0 }], "Task stopped by user"), "expected"],
        ["a person's stop that took SIGKILL", stopped("UserInitiated", [{ exitCode: 137 }]), "expected"],
        [
          "our own stop of an overdue task",
          stopped("UserInitiated", [{ exitCode: 143 }], timeoutStopReason("2026-11-22T14:00:00Z")),
          "timeout",
        ],
      ],
    ],
    [
      "ServiceSchedulerInitiated",
      [
        [
          "scale-in or deployment",
          stopped(
            "ServiceSchedulerInitiated",
            [{ exitCode: 143 }],
            "Scaling activity initiated by deployment",
          ),
          "expected",
        ],
        [
          "a failed health check of the load balancer",
          stopped(
            "ServiceSchedulerInitiated",
            [{ exitCode: 143 }],
            "Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:…)",
          ),
          "unhealthy",
        ],
        [
          "a failed health check of the container",
          stopped("ServiceSchedulerInitiated", [{ exitCode: 137 }], "Task failed container health checks"),
          "unhealthy",
        ],
      ],
    ],
    [
      "Spot",
      [
        [
          "137 under an interruption",
          stopped("SpotInterruption", [{ exitCode: 137 }], "Your Spot Task was interrupted."),
          "spot",
        ],
        ["an interruption without exit codes", stopped("SpotInterruption", [{}]), "spot"],
        [
          "an EC2 host that is gone",
          stopped("TerminationNotice", [{}], "Host EC2 (instance i-0123) terminated."),
          "infrastructure",
        ],
        ["the warning's stop", stopped("TerminationNotice", [{ exitCode: 143 }]), "spot"],
      ],
    ],
    [
      "InfrastructureHealth and others",
      [
        ["an unhealthy host", stopped("InfrastructureHealth", [{}]), "infrastructure"],
        [
          "a host that is gone",
          stopped(undefined, [{}], "Host EC2 (instance i-0abc) terminated."),
          "infrastructure",
        ],
        ["no stopCode and no containers", stopped(undefined, [], ""), "container-error"],
        ["a stopCode that is new", stopped("SomethingNew", [{ exitCode: 0 }]), "finished"],
      ],
    ],
  ])("by %s", (_code, cases) => {
    it.each(cases)("with %s", (_, detail, expected) => {
      expect(verdictOf(detail)).toBe(expected);
    });
  });

  it.each<[string, Ended[], TaskKnowledge | undefined, string]>([
    [
      "a sidecar that does not matter fails",
      pair({ exitCode: 0 }, { exitCode: 2 }),
      ESSENTIAL_MAIN,
      "finished",
    ],
    [
      "a sidecar that does not matter runs out of memory",
      pair({ exitCode: 0 }, { exitCode: 137, reason: OOM }),
      ESSENTIAL_MAIN,
      "finished",
    ],
    [
      "an essential sidecar fails and takes the other with it",
      pair({ exitCode: 143 }, { exitCode: 3 }),
      BOTH_ESSENTIAL,
      "container-error/sidecar",
    ],
    [
      "an essential sidecar is killed for memory",
      pair({ exitCode: 143 }, { exitCode: 137, reason: OOM }),
      BOTH_ESSENTIAL,
      "out-of-memory/sidecar",
    ],
    [
      "the others are stopped after the job's good end",
      pair({ exitCode: 0 }, { exitCode: 137 }),
      JOB_IN_MAIN,
      "finished",
    ],
    [
      "the others are stopped after a good end",
      pair({ exitCode: 0 }, { exitCode: 143 }),
      BOTH_ESSENTIAL,
      "finished",
    ],
    [
      "the job's container fails",
      pair({ exitCode: 1 }, { exitCode: 0 }),
      JOB_IN_MAIN,
      "container-error/main",
    ],
    [
      "nothing is known of the containers and one fails",
      pair({ exitCode: 0 }, { exitCode: 2 }),
      undefined,
      "container-error/sidecar",
    ],
    [
      "none of the essential containers is in the event",
      [{ name: "other", exitCode: 4 }],
      ESSENTIAL_MAIN,
      "container-error/other",
    ],
  ])("of several containers: when %s", (_, containers, knowledge, expected) => {
    expect(verdictOf(stopped(EXITED, containers), knowledge)).toBe(expected);
  });

  it("is described in one line: ECS's words and each container's", () => {
    const detail = stopped(EXITED, [{ exitCode: 0 }, { exitCode: 137, reason: "OutOfMemoryError" }, {}]);
    expect(describeStop(detail)).toBe(
      "EssentialContainerExited; Essential container in task exited; main exited with 137 (SIGKILL): OutOfMemoryError; main has no exit code",
    );
  });
});
