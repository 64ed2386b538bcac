import type { EventInvokeConfig } from "./function-config.ts";

/** Why an asynchronous event left the queue; the words of the invocation record. */
export type Condition = "Success" | "RetriesExhausted" | "EventAgeExceeded" | "ZeroReservedConcurrency";

export type AsyncDecision =
  | { readonly kind: "finish"; readonly condition: Condition }
  | { readonly kind: "retry"; readonly afterMs: number };

/** What one attempt came to. */
export type Attempt = "success" | "function-error" | "throttled";

const MAX_BACKOFF_MS = 5 * 60_000;
const RETRY_DELAYS_MS: readonly number[] = [60_000, 120_000];

/** Applies unless an `AWS::Lambda::EventInvokeConfig` says otherwise. */
export const DEFAULT_INVOKE_CONFIG: Omit<EventInvokeConfig, "functionName"> = {
  maximumRetryAttempts: 2,
  maximumEventAge: 6 * 60 * 60,
};

/**
 * What becomes of an asynchronous event after an attempt: function errors are retried after one and two minutes,
 * throttles from one second up to five minutes apart, both no longer than the event's maximum age.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function decideAsync(input: {
  readonly attempt: Attempt;
  /** Function errors, this one included. */
  readonly attempts: number;
  /** Throttles, this one included. */
  readonly throttles: number;
  /** Milliseconds since the event was received. */
  readonly ageMs: number;
  readonly reservedConcurrency: number | undefined;
  readonly config: Omit<EventInvokeConfig, "functionName">;
}): AsyncDecision {
  const { attempt, config } = input;
  if (attempt === "success") return { kind: "finish", condition: "Success" };
  if (attempt === "throttled" && input.reservedConcurrency === 0) {
    return { kind: "finish", condition: "ZeroReservedConcurrency" };
  }
  if (attempt === "function-error" && input.attempts > config.maximumRetryAttempts) {
    return { kind: "finish", condition: "RetriesExhausted" };
  }
  const afterMs =
    attempt === "function-error"
      ? (RETRY_DELAYS_MS[input.attempts - 1] ?? 0)
      : Math.min(1000 * 2 ** (input.throttles - 1), MAX_BACKOFF_MS);
  return isTooOld(input.ageMs + afterMs, config)
    ? { kind: "finish", condition: "EventAgeExceeded" }
    : { kind: "retry", afterMs };
}

export function isTooOld(ageMs: number, config: Pick<EventInvokeConfig, "maximumEventAge">): boolean {
  return ageMs > config.maximumEventAge * 1000;
}
