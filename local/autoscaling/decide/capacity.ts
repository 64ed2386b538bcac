import type { Cooldowns } from "../model.ts";

export interface Limits {
  readonly min: number;
  readonly max: number;
}

export interface CapacityQuestion {
  /** The desired count now. */
  readonly current: number;
  /** What the policy would set, from a capacity on. */
  readonly propose: (base: number) => number;
  readonly limits: Limits;
  readonly cooldowns: Cooldowns;
  readonly nowMs: number;
}

export type CapacityDecision =
  | { readonly kind: "scale"; readonly direction: "out" | "in"; readonly to: number; readonly base: number }
  | { readonly kind: "stay"; readonly reason: "at-maximum" | "at-minimum" | "as-wanted" | "cooldown" };

/**
 * Whether, and where to, capacity is moved.
 *
 * - In the cooldown after a scale-out, what that one added counts as part of the next: only a larger one moves
 *   capacity, and only by the difference. In the cooldown after a scale-in nothing is scaled in; a scale-out is
 *   never held up (Application Auto Scaling user guide, cooldown period).
 * - Capacity below the minimum is first raised to it when scaling out, and left alone when scaling in; above the
 *   maximum the other way round (Amazon ECS developer guide, service auto scaling).
 */
export function decideCapacity(question: CapacityQuestion): CapacityDecision {
  const { current, propose, limits, cooldowns, nowMs } = question;
  const wanted = propose(current);
  if (wanted === current) return { kind: "stay", reason: "as-wanted" };
  return wanted > current ? scaleOut(question) : scaleIn(wanted, { current, limits, cooldowns, nowMs });
}

function scaleOut({ current, propose, limits, cooldowns, nowMs }: CapacityQuestion): CapacityDecision {
  if (current >= limits.max) return { kind: "stay", reason: "at-maximum" };
  const { scaleOut: cooldown } = cooldowns;
  const cooling = cooldown !== undefined && nowMs < cooldown.untilMs;
  const base = Math.max(cooling ? Math.min(cooldown.from, current) : current, limits.min);
  const to = Math.min(Math.max(propose(base), base), limits.max);
  if (to > current) return { kind: "scale", direction: "out", to, base };
  return { kind: "stay", reason: cooling ? "cooldown" : "as-wanted" };
}

function scaleIn(
  wanted: number,
  { current, limits, cooldowns, nowMs }: Omit<CapacityQuestion, "propose">,
): CapacityDecision {
  if (current <= limits.min) return { kind: "stay", reason: "at-minimum" };
  if (cooldowns.scaleIn && nowMs < cooldowns.scaleIn.untilMs) return { kind: "stay", reason: "cooldown" };
  const to = Math.max(Math.min(wanted, limits.max), limits.min);
  return { kind: "scale", direction: "in", to, base: current };
}

/** The cooldowns after a decision; a scale-out ends the cooldown of a scale-in. */
export function cooldownsAfter(
  decision: CapacityDecision,
  before: Cooldowns,
  { nowMs, cooldownSeconds }: { readonly nowMs: number; readonly cooldownSeconds: number },
): Cooldowns {
  if (decision.kind === "stay") return before;
  const untilMs = nowMs + cooldownSeconds * 1000;
  if (decision.direction === "in") return { ...before, scaleIn: { untilMs } };
  return { scaleOut: { untilMs, from: decision.base } };
}

/** Where capacity goes when limits change: into them. */
export function intoLimits(current: number, { min, max }: Limits): number {
  return Math.min(Math.max(current, min), max);
}
