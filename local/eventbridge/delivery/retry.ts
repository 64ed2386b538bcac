import type { Failure } from "./failure.ts";

/** A target's retry policy; the defaults are AWS's. */
export interface RetryPolicy {
  readonly MaximumRetryAttempts: number;
  readonly MaximumEventAgeInSeconds: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  MaximumRetryAttempts: 185,
  MaximumEventAgeInSeconds: 86_400,
};

export type NextStep =
  | { readonly kind: "retry"; readonly due: number }
  | {
      readonly kind: "give-up";
      readonly exhausted?: "MaximumRetryAttempts" | "MaximumEventAgeInSeconds";
    };

/** AWS publishes no figures but the totals: with these, 185 attempts take about the 24 hours of the default age. */
const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 600_000;

/**
 * What follows a failed attempt.
 * @param attempts how many there have been, the failed one included
 * @param ingested when the bus took the event, in milliseconds
 * @param random 0 to 1, spreads the attempts of many deliveries
 */
export function nextStep(
  failure: Failure,
  attempts: number,
  ingested: number,
  now: number,
  policy: RetryPolicy,
  random: number,
): NextStep {
  if (!failure.retriable) return { kind: "give-up" };
  if (attempts > policy.MaximumRetryAttempts) {
    return { kind: "give-up", exhausted: "MaximumRetryAttempts" };
  }
  const left = ingested + policy.MaximumEventAgeInSeconds * 1000 - now;
  if (left <= 0) return { kind: "give-up", exhausted: "MaximumEventAgeInSeconds" };
  return { kind: "retry", due: now + Math.min(backoff(attempts, random), left) };
}

/** Milliseconds to wait after so many attempts: doubling, with jitter of up to a half. */
export function backoff(attempts: number, random: number): number {
  return Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempts - 1)) * (0.5 + random / 2);
}
