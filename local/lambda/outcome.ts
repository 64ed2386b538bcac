import type { PhaseOutcome } from "./execution-environment.ts";

/** A response larger than this fails the invocation, by AWS's own count. */
const MAX_RESPONSE_BYTES = 6_291_556;

/** An invocation that failed: what the caller gets and what the log says. */
export interface Failure {
  /** The error as JSON: `errorType`, `errorMessage`, and `trace` for errors of the function's own. */
  readonly payload: string;
  readonly status: "error" | "timeout";
  /** Lambda's own line in the log, for ends that the function did not report. */
  readonly logMessage?: string;
  /** Named in the report line for ends that the function did not report. */
  readonly reportedType?: string;
}

/** Words how a phase ended as Lambda words it; undefined when it succeeded. */
export function describeFailure(
  outcome: PhaseOutcome | undefined,
  requestId: string,
  timeoutSeconds: number,
): Failure | undefined {
  switch (outcome?.kind) {
    case undefined:
      return undefined;
    case "response":
      return sizeFailure(outcome.payload);
    case "failure":
      return { payload: outcome.payload, status: "error" };
    case "timeout": {
      const message = `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
      const errorMessage = `RequestId: ${requestId} Error: ${message}`;
      return {
        payload: JSON.stringify({ errorType: "Sandbox.Timedout", errorMessage }),
        status: "timeout",
        logMessage: message,
      };
    }
    case "exit": {
      const errorMessage = `RequestId: ${requestId} Error: ${outcome.reason}`;
      return {
        payload: JSON.stringify({ errorType: "Runtime.ExitError", errorMessage }),
        status: "error",
        logMessage: `Error: ${outcome.reason} Runtime.ExitError`,
        reportedType: "Runtime.ExitError",
      };
    }
  }
}

function sizeFailure(payload: string): Failure | undefined {
  if (Buffer.byteLength(payload) <= MAX_RESPONSE_BYTES) return undefined;
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`;
  const errorType = "Function.ResponseSizeTooLarge";
  return {
    payload: JSON.stringify({ errorType, errorMessage }),
    status: "error",
    reportedType: errorType,
  };
}
