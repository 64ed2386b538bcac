import type { FailureCause, JobItem } from "../../events/jobs/job.ts";
import type { LaunchRequest } from "../../events/jobs/launch-request.ts";
import type { Pipeline } from "../../events/pipeline.ts";
import type { Verdict } from "./classify.ts";

/** What follows for the job of a stopped task. */
export type NextStep =
  | { readonly kind: "close" }
  | { readonly kind: "retry"; readonly request: LaunchRequest; readonly delaySeconds: number }
  | { readonly kind: "fail"; readonly cause: FailureCause; readonly message: string };

/** Seconds before an attempt that follows the container's own error: 10, 40, 160, … */
const ERROR_DELAY_SECONDS = 10;

/** An attempt's cause decides whether and how another follows. */
export function nextStep(
  job: JobItem,
  attempt: { number: number; memoryMiB: number },
  verdict: Verdict,
  pipeline: Pipeline,
): NextStep {
  if (verdict.kind === "finished") return { kind: "close" };
  if (verdict.kind === "expected") {
    return { kind: "fail", cause: "stopped", message: `The task was stopped: ${verdict.reason}` };
  }
  const { cause, reason } = verdict;
  const again = (more: Partial<LaunchRequest>, delaySeconds: number): NextStep =>
    attempt.number >= pipeline.maxAttempts
      ? {
          kind: "fail",
          cause,
          message: `Attempt ${attempt.number} of ${pipeline.maxAttempts} ended: ${reason}`,
        }
      : { kind: "retry", request: { ...nextAttempt(job, attempt.number), ...more }, delaySeconds };
  switch (cause) {
    case "spot":
      // On-demand, at once: the first provider that is not Spot.
      return again(
        {
          provider: Math.max(
            0,
            pipeline.capacity.findIndex((name) => name !== "FARGATE_SPOT"),
          ),
        },
        0,
      );
    case "out-of-memory":
      return attempt.memoryMiB >= pipeline.memoryCeilingMiB
        ? {
            kind: "fail",
            cause,
            message: `Out of memory at the pipeline's ceiling of ${pipeline.memoryCeilingMiB} MiB: ${reason}`,
          }
        : again({ memoryMiB: Math.min(2 * attempt.memoryMiB, pipeline.memoryCeilingMiB) }, 0);
    case "container-error":
      return again({}, Math.min(900, ERROR_DELAY_SECONDS * 4 ** (attempt.number - 1)));
    case "infrastructure":
      return again({}, ERROR_DELAY_SECONDS);
    default:
      return { kind: "fail", cause, message: reason };
  }
}

function nextAttempt(job: JobItem, ended: number): LaunchRequest {
  const { jobId, pipeline, lane, bucket, key, versionId, etag, size, sequencer } = job;
  return {
    kind: "launch",
    job: {
      jobId,
      pipeline,
      lane,
      bucket,
      key,
      ...(versionId === undefined ? {} : { versionId }),
      etag,
      size,
      sequencer,
    },
    attempt: ended + 1,
    provider: 0,
    refusals: 0,
  };
}
