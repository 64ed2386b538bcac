import type { IncomingMessage } from "node:http";
import { operations as lambdaOperations } from "../lambda/operations/index.ts";
import { OPERATIONS as s3Operations } from "../s3/operations.ts";
import { parseRequest } from "../s3/request.ts";
import { selectOperation, unhoistHeaders } from "../s3/route.ts";
import { matchRoute } from "../wire/rest-json-service.ts";
import type { CallContext } from "../wire/service.ts";
import { splitTarget } from "../wire/target.ts";

/** The operation that a request asks for; undefined for one that its service will refuse. */
export function operationName(
  service: string,
  request: IncomingMessage,
  body: Buffer | undefined,
  context: CallContext,
): string | undefined {
  const target = request.headers["x-amz-target"];
  if (typeof target === "string") return target.slice(target.lastIndexOf(".") + 1);
  if (service === "s3") return s3Operation(request, context);
  if (service === "lambda") {
    return matchRoute(lambdaOperations, request.method ?? "", splitTarget(request.url).path)?.operationName;
  }
  return new URLSearchParams(body?.toString("utf8")).get("Action") ?? undefined;
}

function s3Operation(request: IncomingMessage, context: CallContext): string | undefined {
  try {
    return selectOperation(s3Operations, unhoistHeaders(parseRequest(request, context))).name;
  } catch {
    // S3 itself says what is wrong with it.
    return undefined;
  }
}
