import type { IncomingMessage, ServerResponse } from "node:http";
import type { AwsError } from "../wire/aws-error.ts";
import { toXml } from "../wire/xml.ts";

/** Writes an error that arose before or outside a service, in the protocol that the request speaks. */
export function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  service: string,
  error: AwsError,
  requestId: string,
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { contentType, body } = render(request, service, error, requestId);
  response.writeHead(error.statusCode, {
    "content-type": contentType,
    "content-length": Buffer.byteLength(body),
    "x-amzn-requestid": requestId,
    "x-amz-request-id": requestId,
    // What is left of an upload is not read; the connection cannot be used again.
    ...(request.complete ? {} : { connection: "close" }),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

function render(request: IncomingMessage, service: string, error: AwsError, requestId: string) {
  if (service === "s3") {
    const members = { Code: error.code, Message: error.message, RequestId: requestId };
    return {
      contentType: "application/xml",
      body: `<?xml version="1.0" encoding="UTF-8"?>${toXml("Error", members)}`,
    };
  }
  if (request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) {
    const members = { Type: error.fault, Code: error.code, Message: error.message };
    const body = toXml("ErrorResponse", { Error: members, RequestId: requestId });
    return { contentType: "text/xml", body };
  }
  return {
    contentType: "application/x-amz-json-1.1",
    body: JSON.stringify({ __type: error.code, message: error.message }),
  };
}
