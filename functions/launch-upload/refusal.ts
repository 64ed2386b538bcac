import { OverridesTooLongError } from "./run-task-input.ts";

/** Why a launch was refused, as far as it decides what happens next. */
export type RefusalKind =
  /** Too many calls, or the same launch is under way elsewhere: the same again, later. */
  | "throttled"
  /** Nothing came back: whether there is a task now is not known. */
  | "unanswered"
  /** No room on this provider: the next one, later. */
  | "no-capacity"
  /** No further try can help. */
  | "configuration";

/** One refused launch. */
export interface Refusal {
  readonly kind: RefusalKind;
  /** ECS's own words. */
  readonly reason: string;
}

const THROTTLED =
  /throttl|rate exceeded|too many requests|requestlimitexceeded|serviceunavailable|internal ?(server)? ?error/i;
const NO_CAPACITY =
  /resource:|capacity is unavailable|no container instances|insufficient|\blimit\b.*(vcpu|concurrent|tasks|provisioning)|you.ve reached the limit|maximum number/i;
/** Their words name actions, users and roles, which may be called anything. */
const NOT_ALLOWED = /^(AccessDenied|UnauthorizedOperation|UnrecognizedClient|Blocked)/;

/**
 * Tells refusals apart by what RunTask threw. ECS throttling is HTTP 400 `ThrottlingException`; EC2's, inside
 * ECS, can come as `InvalidParameterException … Rate exceeded`; a full cluster or quota as `ClientException`.
 * Sources: ECS developer guide, "Request throttling" and "API failure reasons"; dagster #33439.
 */
export function refusalFromError(error: Error): Refusal {
  const reason = `${error.name}: ${error.message}`;
  if (error instanceof OverridesTooLongError) return { kind: "configuration", reason: error.message };
  // Another try at this launch, with other parameters, has a task: the job is found launched when this one's turn comes.
  if (error.name === "ConflictException") return { kind: "throttled", reason };
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  if (status === undefined) return { kind: "unanswered", reason };
  if (NOT_ALLOWED.test(error.name)) return { kind: "configuration", reason };
  if (THROTTLED.test(reason) || status >= 500 || status === 429) return { kind: "throttled", reason };
  if (NO_CAPACITY.test(error.message)) return { kind: "no-capacity", reason };
  return { kind: "configuration", reason };
}

/** Tells refusals apart by the `failures` of a RunTask that succeeded as a call but made no task. */
export function refusalFromFailures(
  failures: readonly { reason?: string | undefined; detail?: string | undefined }[],
): Refusal {
  const reason =
    failures.map(({ reason, detail }) => [reason, detail].filter(Boolean).join(": ")).join("; ") ||
    "RunTask made no task and gave no reason";
  if (/MISSING|INACTIVE|ATTRIBUTE|LOCATION/.test(reason)) return { kind: "configuration", reason };
  return { kind: "no-capacity", reason };
}

/** SQS delays a message by at most 15 minutes. */
const MAX_DELAY_SECONDS = 900;
const FIRST_DELAY_SECONDS = 2;

/**
 * Seconds to wait after the given number of refusals: doubling, with full jitter above a floor of half, so that
 * launches refused together do not come back together.
 * @param random from 0 up to, not including, 1
 */
export function backoffSeconds(refusals: number, random: number): number {
  const ceiling = Math.min(MAX_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** Math.max(0, refusals - 1));
  return Math.max(1, Math.round(ceiling / 2 + (random * ceiling) / 2));
}

/** After this many refusals, hours later, the job has failed. */
export const MAX_REFUSALS = 24;
