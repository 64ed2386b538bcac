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

/** What AWS answers to roles, policies, keys and names that only an administrator can mend. */
const CONFIGURATION_ERRORS: ReadonlySet<string> = new Set([
  ...["AccessDenied", "AccessDeniedException", "KMS.AccessDeniedException", "KMS.DisabledException"],
  ...["NoSuchBucket", "ResourceNotFoundException"],
]);

/**
 * What to record for an error of any kind; what is not a JobError may be mended by another attempt: also what is refused,
 * since policies take a while to reach all of AWS.
 */
export function asJobError(error: unknown): JobError {
  if (error instanceof JobError) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new JobError(causeOf(error), message, { retriable: true, cause: error });
}

/** Errors of the AWS SDK carry `$metadata`, whether a service answered or not. */
function causeOf(error: unknown): FailureCause {
  if (!(error instanceof Error) || !("$metadata" in error)) return "container-error";
  return CONFIGURATION_ERRORS.has(error.name) ? "configuration" : "infrastructure";
}
