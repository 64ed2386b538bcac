import { AwsError } from "../wire/aws-error.ts";
import type { Requirement } from "./actions/requirement.ts";

/** How a service answers a refused call. JSON services answer 400, the older XML ones and Lambda 403. */
interface Wording {
  readonly code: string;
  readonly statusCode: 400 | 403;
}

const JSON_SERVICE: Wording = { code: "AccessDeniedException", statusCode: 400 };
const WORDINGS: Readonly<Record<string, Wording>> = {
  cloudformation: { code: "AccessDenied", statusCode: 403 },
  autoscaling: { code: "AccessDenied", statusCode: 403 },
  elasticloadbalancing: { code: "AccessDenied", statusCode: 403 },
  lambda: { code: "AccessDeniedException", statusCode: 403 },
  monitoring: { code: "AccessDenied", statusCode: 403 },
  s3: { code: "AccessDenied", statusCode: 403 },
  sns: { code: "AuthorizationError", statusCode: 403 },
  sqs: { code: "AccessDenied", statusCode: 403 },
  sts: { code: "AccessDenied", statusCode: 403 },
};

/** "User: … is not authorized to perform: …", as every service begins; SQS, SNS and S3 have habits of their own. */
export function denialMessage(principal: string, { action, resource }: Requirement, reason: string): string {
  const shown = shownAction(action);
  const what = action.startsWith("s3:") ? JSON.stringify(resource) : resource;
  return (
    `User: ${principal} is not authorized to perform: ${shown} on resource: ${what} ` +
    reason.replace("the action", `the ${shown} action`)
  );
}

/** The error of a refused call to a service. */
export function accessDenied(service: string, message: string): AwsError {
  const { code, statusCode } = WORDINGS[service] ?? JSON_SERVICE;
  return new AwsError(code, message, { statusCode });
}

function shownAction(action: string): string {
  if (action.startsWith("sqs:")) return action.toLowerCase();
  return action.startsWith("sns:") ? action.replace("sns:", "SNS:") : action;
}
