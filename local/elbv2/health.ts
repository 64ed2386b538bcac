/** Reason codes of DescribeTargetHealth that the local runtime gives. */
export type HealthReason =
  | "Elb.RegistrationInProgress"
  | "Target.ResponseCodeMismatch"
  | "Target.Timeout"
  | "Target.FailedHealthChecks"
  | "Target.DeregistrationInProgress"
  | "Target.NotInUse";

export interface Health {
  readonly state: "initial" | "healthy" | "unhealthy" | "draining" | "unused";
  readonly reason?: HealthReason;
  readonly description?: string;
}

/** What one health check found. */
export type CheckOutcome =
  | { readonly passed: true }
  | { readonly passed: false; readonly reason: HealthReason; readonly description: string };

export interface Thresholds {
  /** Consecutive passes that make an unhealthy target healthy. */
  readonly healthy: number;
  /** Consecutive failures that make a target unhealthy. */
  readonly unhealthy: number;
}

/** A target's health with the run of like outcomes that led to it. */
export interface CheckedHealth {
  readonly health: Health;
  readonly passes: number;
  readonly failures: number;
}

export const REGISTERING: CheckedHealth = {
  health: {
    state: "initial",
    reason: "Elb.RegistrationInProgress",
    description: "Target registration is in progress",
  },
  passes: 0,
  failures: 0,
};

export const UNUSED: Health = {
  state: "unused",
  reason: "Target.NotInUse",
  description: "Target group is not configured to receive traffic from the load balancer",
};

export const DRAINING: Health = {
  state: "draining",
  reason: "Target.DeregistrationInProgress",
  description: "Target deregistration is in progress",
};

/**
 * What a check makes of a target. A new target needs one pass to be healthy, an unhealthy one as many in a row
 * as its threshold says. Source: Elastic Load Balancing user guide, "Health checks for target groups".
 */
export function afterCheck(
  before: CheckedHealth,
  outcome: CheckOutcome,
  thresholds: Thresholds,
): CheckedHealth {
  const { state } = before.health;
  if (outcome.passed) {
    const passes = before.passes + 1;
    const healthy = state !== "unhealthy" || passes >= thresholds.healthy;
    return { health: healthy ? { state: "healthy" } : before.health, passes, failures: 0 };
  }
  const failures = before.failures + 1;
  const { reason, description } = outcome;
  const unhealthy = state === "unhealthy" || failures >= thresholds.unhealthy;
  return {
    health: unhealthy ? { state: "unhealthy", reason, description } : before.health,
    passes: 0,
    failures,
  };
}
