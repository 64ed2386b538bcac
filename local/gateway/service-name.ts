import type { IncomingMessage } from "node:http";

/** `Credential=<key>/<date>/<region>/<service>/aws4_request`, in a header or, URL-encoded, in a presigned query. */
const CREDENTIAL_SCOPE =
  /Credential=[^/,&\s]+?(?:\/|%2F)\d{8}(?:\/|%2F)[\w-]+(?:\/|%2F)([\w-]+)(?:\/|%2F)aws4_request/i;

/** Operations named by `X-Amz-Target`, for requests without a signature. */
const TARGET_PREFIXES: readonly (readonly [string, string])[] = [
  ["AmazonSQS.", "sqs"],
  ["DynamoDB_", "dynamodb"],
  ["AmazonEC2ContainerService", "ecs"],
  ["AWSEvents.", "events"],
  ["Logs_", "logs"],
  ["AmazonSSM.", "ssm"],
  ["secretsmanager.", "secretsmanager"],
];

/**
 * The service that a request is for: what its signature says, else its target header or its path; what is left
 * is S3, whose requests may come unsigned (browser forms, pre-flight requests).
 */
export function serviceNameOf(request: Pick<IncomingMessage, "headers" | "url">): string {
  const scope =
    CREDENTIAL_SCOPE.exec(request.headers.authorization ?? "") ?? CREDENTIAL_SCOPE.exec(request.url ?? "");
  if (scope?.[1]) return scope[1];
  const target = String(request.headers["x-amz-target"] ?? "");
  const known = TARGET_PREFIXES.find(([prefix]) => target.startsWith(prefix));
  if (known) return known[1];
  return /^\/20\d\d-\d\d-\d\d\//.test(request.url ?? "") ? "lambda" : "s3";
}
