import type { FailureCause, JobItem } from "../../events/jobs/job.ts";
import type { LaunchRequest } from "../../events/jobs/launch-request.ts";
import { newJobOf } from "../../events/jobs/transitions.ts";
import type { Pipeline } from "../../events/pipeline.ts";
import type { Verdict } from "./classify.ts";

/** What follows for the job of a stopped task. */
export type NextStep =
  | { readonly kind: "close" }
  | { readonly kind: "retry"; readonly request: LaunchRequest; readonly delaySeconds: number }
  | { readonly kind: "fail"; readonly cause: FailureCause; readonly message: string };

/** Seconds before an attempt that follows the container's own error: 10, 40, 160, … */
const ERROR_DELAY_SECONDS = 10;
/** SQS delays a message by at most 15 minutes. */
const MAX_DELAY_SECONDS = 900;

/** An attempt's cause decides whether and how another follows. */
export function nextStep(
  job: JobItem,
  attempt: { readonly number: number; readonly memoryMiB: number },
  verdict: Verdict,
  pipeline: Pipeline,
): NextStep {
  if (verdict.kind === "finished") return { kind: "close" };
  if (verdict.kind === "expected") {
    return { kind: "fail", cause: "stopped", message: `The task was stopped: ${verdict.reason}` };
  }
  const { cause, reason } = verdict;
  const maxAttempts = pipeline.maxAttempts + (job.attemptsBefore ?? 0);
  const again = (more: Partial<LaunchRequest>, delaySeconds: number): NextStep =>
    attempt.number >= maxAttempts
      ? {
          kind: "fail",
          cause,
          message: `Attempt ${attempt.number} of ${maxAttempts} ended: ${reason}`,
        }
      : { kind: "retry", request: { ...nextAttempt(job, attempt), ...more }, delaySeconds };
  switch (cause) {
    case "spot":
      return again({ provider: onDemand(pipeline) }, 0);
    case "out-of-memory":
      return attempt.memoryMiB >= pipeline.memoryCeilingMiB
        ? {
            kind: "fail",
            cause,
            message: `Out of memory at the pipeline's ceiling of ${pipeline.memoryCeilingMiB} MiB: ${reason}`,
          }
        : again({ memoryMiB: Math.min(2 * attempt.memoryMiB, pipeline.memoryCeilingMiB) }, 0);
    case "container-error":
      return again({}, Math.min(MAX_DELAY_SECONDS, ERROR_DELAY_SECONDS * 4 ** (attempt.number - 1)));
    case "infrastructure":
      return again({ provider: onDemand(pipeline) }, ERROR_DELAY_SECONDS);
    default:
      return { kind: "fail", cause, message: reason };
  }
}

/** The first of the pipeline's providers that is not Spot; its first when there is none. */
function onDemand({ capacity }: Pipeline): number {
  return Math.max(
    0,
    capacity.findIndex((name) => name !== "FARGATE_SPOT"),
  );
}

/** The attempt after this one, with no less memory: what ran out of it before would again. */
function nextAttempt(
  job: JobItem,
  ended: { readonly number: number; readonly memoryMiB: number },
): LaunchRequest {
  return {
    kind: "launch",
    job: newJobOf(job),
    attempt: ended.number + 1,
    provider: 0,
    refusals: 0,
    memoryMiB: ended.memoryMiB,
  };
}
