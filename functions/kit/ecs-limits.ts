/**
 * ECS's own limits, all per account and region, which a burst of uploads must not run into.
 * Source: Amazon ECS developer guide, "Request throttling for the Amazon ECS API" and "AWS Fargate throttling quotas".
 */
export const ECS_LIMITS = {
  /** Tasks that Fargate starts a second, sustained; on-demand and Spot are counted apart. */
  fargateTasksPerSecond: 20,
  /** RunTask calls that may come at once for Fargate. */
  runTaskBurst: 20,
  /** Characters of RunTask's `overrides`, JSON syntax included. Source: ECS API reference, TaskOverride. */
  overridesCharacters: 8192,
} as const;

/** What this system takes of them; the rest is for services, deployments and whoever else uses the account. */
export const LAUNCH_BUDGET = {
  perSecond: 15,
  burst: 15,
} as const satisfies { perSecond: number; burst: number };
