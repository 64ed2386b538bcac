import type { ServerResponse } from "node:http";
import type { AwsError } from "../wire/aws-error.ts";
import { S3Error } from "./errors.ts";
import type { S3Response } from "./operation.ts";
import { type XmlValue, xmlDocument } from "./xml.ts";

/** Headers of every answer. */
export function commonHeaders(requestId: string): Record<string, string> {
  return {
    server: "AmazonS3",
    "x-amz-request-id": requestId,
    "x-amz-id-2": Buffer.from(`longshore-${requestId}`).toString("base64"),
  };
}

/** Writes an operation's answer; an object's bytes stream as the client takes them. */
export async function sendResponse(
  response: ServerResponse,
  answer: S3Response,
  extraHeaders: Readonly<Record<string, string>>,
): Promise<void> {
  const { body } = answer;
  const headers = { ...extraHeaders, ...defined(answer.headers ?? {}) };
  if (body === undefined || typeof body === "string") {
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const empty = body === undefined && !("content-length" in headers) && answer.status !== 204;
    response.writeHead(answer.status, { ...headers, ...length, ...(empty ? { "content-length": 0 } : {}) });
    response.end(body);
    return;
  }
  try {
    response.writeHead(answer.status, { ...headers, "content-length": body.length });
    await writeChunks(response, body.reader.chunks);
  } finally {
    body.reader.release();
  }
}

/**
 * Writes chunk after chunk, each only once the one before has left: the reader reuses its memory.
 * @throws Error when the client goes away
 */
async function writeChunks(response: ServerResponse, chunks: AsyncIterable<Buffer>): Promise<void> {
  // Not Promise.race with one promise of the close: each race would stay attached to it until the end.
  let giveUp: (error: Error) => void = () => undefined;
  const onClose = () => giveUp(new ClientGoneError());
  response.once("close", onClose);
  try {
    for await (const chunk of chunks) {
      await new Promise<void>((resolve, reject) => {
        giveUp = reject;
        if (response.destroyed) reject(new ClientGoneError());
        else response.write(chunk, (error) => (error ? reject(new ClientGoneError(error)) : resolve()));
      });
    }
  } finally {
    response.off("close", onClose);
  }
  response.end();
}

/** The connection closed before the answer was whole. */
export class ClientGoneError extends Error {
  constructor(cause?: unknown) {
    super("the client closed the connection before the answer was whole", { cause });
    this.name = "ClientGoneError";
  }
}

/** The answer to a failed request: S3's XML, or for `HEAD` the status alone. */
export function errorResponse(
  error: AwsError,
  method: string,
  resource: string,
  requestId: string,
): S3Response {
  const headers = error instanceof S3Error ? error.headers : {};
  if (error.statusCode === 304) return { status: 304, headers };
  if (method === "HEAD") return { status: error.statusCode, headers };
  const body = xmlDocument(
    "Error",
    {
      Code: error.code,
      Message: error.message,
      ...(error.members as Record<string, XmlValue>),
      Resource: resource,
      RequestId: requestId,
      HostId: commonHeaders(requestId)["x-amz-id-2"],
    },
    "",
  );
  return { status: error.statusCode, headers: { ...headers, "content-type": "application/xml" }, body };
}

/** Leaves out what is undefined, which Node.js would refuse to send. */
function defined(headers: NonNullable<S3Response["headers"]>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string | number] => entry[1] !== undefined),
  );
}
