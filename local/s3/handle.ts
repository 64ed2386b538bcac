import type { IncomingMessage, ServerResponse } from "node:http";
import { inspect } from "node:util";
import { AwsError } from "../wire/aws-error.ts";
import type { CallContext } from "../wire/service.ts";
import { answerPreflight, corsHeaders, matchCors } from "./cors.ts";
import { explainFullDisk, S3Error } from "./errors.ts";
import type { S3Response } from "./operation.ts";
import { OPERATIONS } from "./operations.ts";
import { checkPresigned } from "./presigned.ts";
import { bucketOf, header, parseRequest, type S3Request } from "./request.ts";
import { ClientGoneError, commonHeaders, errorResponse, sendResponse } from "./respond.ts";
import { selectOperation, unhoistHeaders } from "./route.ts";
import type { S3State } from "./state.ts";

/** Answers one request: routes it, runs the operation, writes the result or S3's error. */
export async function handleRequest(
  s3: S3State,
  log: (line: string) => void,
  message: IncomingMessage,
  response: ServerResponse,
  context: CallContext,
): Promise<void> {
  let request: S3Request | undefined;
  let answer: S3Response;
  try {
    request = unhoistHeaders(parseRequest(message, context));
    answer = await run(s3, request);
  } catch (caught) {
    // The client has gone: there is nobody to answer.
    if (message.destroyed && !message.complete) return;
    const error = toS3Error(caught);
    if (error.statusCode >= 500) log(`s3: ${message.method} ${message.url}: ${inspect(error)}`);
    const resource = (message.url ?? "/").split("?")[0] ?? "/";
    answer = errorResponse(error, message.method ?? "GET", resource, context.requestId);
  }
  const headers = { ...commonHeaders(context.requestId), ...(request ? crossOrigin(s3, request) : {}) };
  try {
    await sendResponse(response, answer, headers);
  } catch (error) {
    if (error instanceof ClientGoneError) return;
    // Its headers are out; all that can still be said is that this answer is not whole.
    log(`s3: ${message.method} ${message.url}: ${error}`);
    response.destroy();
  } finally {
    discardRest(message);
  }
}

/** A full disk is explained; anything else unforeseen is S3's InternalError, whose cause is in the log. */
function toS3Error(caught: unknown): AwsError {
  const error = explainFullDisk(caught);
  if (error instanceof AwsError) return error;
  return new S3Error("InternalError", "We encountered an internal error. Please try again.", {
    cause: error,
  });
}

async function run(s3: S3State, request: S3Request): Promise<S3Response> {
  if (request.method === "OPTIONS") {
    const { config } = s3.buckets.get(bucketOf(request));
    return { status: 200, headers: answerPreflight(config.cors, request.headers) };
  }
  checkPresigned(request.query, Date.now());
  const operation = selectOperation(OPERATIONS, request);
  const owner = header(request, "x-amz-expected-bucket-owner");
  if (owner !== undefined && owner !== s3.realm.accountId) throw new S3Error("AccessDenied", "Access Denied");
  // A form's fields say who signed it, and they come with its body.
  if (operation.name !== "PostObject") request.authorize?.(operation.name, request);
  try {
    return await operation.run(s3, request);
  } catch (error) {
    if (error instanceof S3Error && MISSING.has(error.code)) authorizeToMiss(request);
    throw error;
  }
}

const MISSING = new Set(["NoSuchKey", "NoSuchVersion"]);

/**
 * Only who may list a bucket is told that an object is missing; others are refused.
 * (S3 API reference, GetObject, "Permissions")
 * @throws AwsError AccessDenied
 */
function authorizeToMiss(request: S3Request): void {
  const source = header(request, "x-amz-copy-source");
  const bucket = source === undefined ? bucketOf(request) : source.replace(/^\//, "").split("/")[0];
  request.authorize?.("HeadBucket", { ...request, bucket });
}

/** What was not read of a refused upload must not block the connection's next request. */
function discardRest(message: IncomingMessage): void {
  if (message.readableEnded) return;
  // A reader that gave up half-way still listens, and a stream with such a listener does not flow.
  message.removeAllListeners("readable");
  message.resume();
}

/** CORS headers of an actual request; a preflight brings its own. */
function crossOrigin(s3: S3State, request: S3Request): Record<string, string> {
  const origin = header(request, "origin");
  if (origin === undefined || request.bucket === undefined || request.method === "OPTIONS") return {};
  const cors = { origin, method: request.method, headers: [] };
  const rule = matchCors(s3.buckets.find(request.bucket)?.config.cors ?? [], cors);
  return rule ? corsHeaders(rule, cors) : {};
}
