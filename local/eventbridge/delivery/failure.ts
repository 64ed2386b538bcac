import { AwsError } from "../../wire/aws-error.ts";
import { InvalidInputError } from "../input/input.ts";

/** Why a delivery failed, in the terms of a dead-letter message. */
export interface Failure {
  readonly code: FailureCode;
  readonly message: string;
  readonly retriable: boolean;
  /** The limit of the retry policy that ended the attempts, once it has. */
  readonly exhausted?: string | undefined;
}

/** EventBridge user guide, dead-letter queues: sample error codes. */
export type FailureCode =
  | "CONNECTION_FAILURE"
  | "ERROR_FROM_TARGET"
  | "FAILED_TO_ASSUME_ROLE"
  | "INTERNAL_ERROR"
  | "INVALID_JSON"
  | "INVALID_PARAMETER"
  | "NO_PERMISSIONS"
  | "NO_RESOURCE"
  | "RESOURCE_LIMIT_EXCEEDED"
  | "RESOURCE_MODIFICATION_COLLISION"
  | "THROTTLING"
  | "TIMEOUT";

interface Rule {
  readonly applies: (code: string, statusCode: number) => boolean;
  readonly code: FailureCode;
  readonly retriable: boolean;
}

/** First match decides. Missing permissions and missing targets are not tried again, as on AWS. */
const RULES: readonly Rule[] = [
  {
    applies: (code) => /AssumeRole/i.test(code),
    code: "FAILED_TO_ASSUME_ROLE",
    retriable: false,
  },
  {
    applies: (code, status) =>
      status === 429 || /Throttl|TooManyRequests|RequestLimit|SlowDown|RateExceeded/i.test(code),
    code: "THROTTLING",
    retriable: true,
  },
  { applies: (code) => /Timeout|TimedOut/i.test(code), code: "TIMEOUT", retriable: true },
  {
    applies: (code) => /NotReady|ResourceConflict|ResourceInUse|ConcurrentModification/i.test(code),
    code: "RESOURCE_MODIFICATION_COLLISION",
    retriable: true,
  },
  {
    applies: (code) => /LimitExceeded|QuotaExceeded|Capacity/i.test(code),
    code: "RESOURCE_LIMIT_EXCEEDED",
    retriable: true,
  },
  {
    applies: (code, status) =>
      status === 403 || /AccessDenied|Unauthorized|NotAuthorized|Forbidden/i.test(code),
    code: "NO_PERMISSIONS",
    retriable: false,
  },
  {
    applies: (code, status) =>
      status === 404 || /NotFound|NonExistentQueue|QueueDoesNotExist|NoSuch/i.test(code),
    code: "NO_RESOURCE",
    retriable: false,
  },
  // 501 is the local runtime's answer for what it does not play.
  { applies: (_code, status) => status === 501, code: "INVALID_PARAMETER", retriable: false },
  { applies: (_code, status) => status >= 500, code: "ERROR_FROM_TARGET", retriable: true },
  { applies: () => true, code: "INVALID_PARAMETER", retriable: false },
];

/** Reads an error that a delivery ended with. What is no AWS error was a fault on the way, and is tried again. */
export function classifyFailure(error: unknown): Failure {
  if (error instanceof InvalidInputError) {
    return { code: "INVALID_JSON", message: error.message, retriable: false };
  }
  if (error instanceof AwsError) {
    const rule = RULES.find(({ applies }) => applies(error.code, error.statusCode));
    return {
      code: rule?.code ?? "INTERNAL_ERROR",
      message: `${error.code}: ${error.message}`,
      retriable: rule?.retriable ?? true,
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  const systemCode = (error as { code?: unknown } | null)?.code;
  const network = typeof systemCode === "string" && /^E[A-Z]+$/.test(systemCode);
  return { code: network ? "CONNECTION_FAILURE" : "INTERNAL_ERROR", message, retriable: true };
}
