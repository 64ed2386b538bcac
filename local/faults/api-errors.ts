import { AwsError } from "../wire/aws-error.ts";
import type { FaultOf } from "./scenario.ts";

type Known = Readonly<Record<string, readonly [code: string, statusCode: number, message: string]>>;

const RATE_EXCEEDED = "Rate exceeded";

/** What each service says when it throttles, by signing name (each service's API reference, common errors). */
const THROTTLING: Known = {
  dynamodb: [
    "ProvisionedThroughputExceededException",
    400,
    "The level of configured provisioned throughput for the table was exceeded.",
  ],
  s3: ["SlowDown", 503, "Please reduce your request rate."],
  sqs: ["RequestThrottled", 403, "The request was denied due to request throttling."],
  sns: ["Throttled", 429, RATE_EXCEEDED],
  lambda: ["TooManyRequestsException", 429, RATE_EXCEEDED],
  cloudformation: ["Throttling", 400, RATE_EXCEEDED],
  elasticloadbalancing: ["Throttling", 400, RATE_EXCEEDED],
  autoscaling: ["Throttling", 400, RATE_EXCEEDED],
  monitoring: ["Throttling", 400, RATE_EXCEEDED],
  sts: ["Throttling", 400, RATE_EXCEEDED],
};

/** What each service says when it fails. */
const INTERNAL: Known = {
  dynamodb: ["InternalServerError", 500, "The request processing has failed because of an unknown error."],
  ecs: ["ServerException", 500, "Service Unavailable. Please try again later."],
  events: ["InternalException", 500, "An internal error occurred."],
  lambda: ["ServiceException", 500, "The Lambda service encountered an internal error."],
  logs: ["ServiceUnavailableException", 503, "The service cannot complete the request."],
  s3: ["InternalError", 500, "We encountered an internal error. Please try again."],
  secretsmanager: ["InternalServiceError", 500, "An error occurred on the server side."],
  sns: ["InternalError", 500, "An internal error occurred."],
  ssm: ["InternalServerError", 500, "An error occurred on the server side."],
};

/** The error of an `api-error` fault, in the words of the service that is called. */
export function apiError(service: string, error: FaultOf<"api-error">["error"]): AwsError {
  if (typeof error === "object")
    return new AwsError(error.code, error.message, { statusCode: error.statusCode });
  const [code, statusCode, message] =
    error === "throttling"
      ? (THROTTLING[service] ?? (["ThrottlingException", 400, RATE_EXCEEDED] as const))
      : (INTERNAL[service] ??
        ([
          "InternalFailure",
          500,
          "The request processing has failed because of an unknown error.",
        ] as const));
  return new AwsError(code, message, { statusCode });
}
