import type { FailureCause } from "../../events/jobs/job.ts";

/** Families of reasons, in the order in which they are told apart. Source: ECS developer guide, "Stopped tasks error messages". */
const FAMILIES: readonly (readonly [RegExp, FailureCause])[] = [
  [/OutOfMemory|out of memory/i, "out-of-memory"],
  [/CannotPull\w*Error|pull image|image.*not found|manifest unknown/i, "cannot-pull"],
  [
    /ResourceInitializationError|unable to pull secrets|failed to (?:validate|initialize) logg/i,
    "initialization",
  ],
  [/CannotCreateVolumeError/i, "configuration"],
  [
    /CannotStartContainerError|exec format error|permission denied|executable file not found/i,
    "configuration",
  ],
  [/no space left|ENOSPC/i, "disk-full"],
  [
    /ContainerRuntimeTimeoutError|DockerTimeoutError|CannotInspect|CannotStopContainerError|ContainerRuntimeError|InternalError/i,
    "infrastructure",
  ],
  [/network interface provisioning|host .*(?:terminated|stopped)|capacity is unavailable/i, "infrastructure"],
];

/** The cause that ECS's words name, if they name one. */
export function causeOfReasons(reasons: readonly (string | undefined)[]): FailureCause | undefined {
  return FAMILIES.find(([pattern]) => reasons.some((text) => text !== undefined && pattern.test(text)))?.[1];
}
