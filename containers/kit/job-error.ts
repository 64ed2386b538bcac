import type { FailureCause } from "../../events/jobs/job.ts";

/**
 * A job cannot be done, for a reason that its uploader or an administrator can understand.
 * `retriable`: another attempt may fare better. Anything else that is thrown counts as unexpected.
 */
export class JobError extends Error {
  override readonly name = "JobError";
  readonly failureCause: FailureCause;
  readonly retriable: boolean;

  constructor(
    failureCause: FailureCause,
    message: string,
    options: { retriable?: boolean; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.failureCause = failureCause;
    this.retriable = options.retriable ?? false;
  }
}

/** What to record for an error of any kind; what is not a JobError may be mended by another attempt. */
export function asJobError(error: unknown): JobError {
  if (error instanceof JobError) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new JobError(isAwsFault(error) ? "infrastructure" : "container-error", message, {
    retriable: true,
    cause: error,
  });
}

/** Errors of the AWS SDK carry `$metadata`, whether a service answered or not. */
function isAwsFault(error: unknown): boolean {
  return error instanceof Error && "$metadata" in error;
}
