import { AwsError } from "../wire/aws-error.ts";

/** Lambda's errors carry `Type` and, when throttled, `Reason`. */
export function lambdaError(code: string, message: string, statusCode: number, reason?: string): AwsError {
  const members = { Type: statusCode < 500 ? "User" : "Service", ...(reason && { Reason: reason }) };
  return new AwsError(code, message, { statusCode, members });
}

export function functionNotFound(functionArn: string): AwsError {
  return lambdaError("ResourceNotFoundException", `Function not found: ${functionArn}`, 404);
}

export type ThrottleReason =
  | "ReservedFunctionConcurrentInvocationLimitExceeded"
  | "ConcurrentInvocationLimitExceeded";

/** A function, the account or this machine has no room for one more concurrent invocation. */
export function throttled(reason: ThrottleReason): AwsError {
  return lambdaError("TooManyRequestsException", "Rate Exceeded.", 429, reason);
}

export function isThrottle(error: unknown): boolean {
  return error instanceof AwsError && error.code === "TooManyRequestsException";
}
