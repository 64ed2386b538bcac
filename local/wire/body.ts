import type { IncomingMessage } from "node:http";
import { AwsError } from "./aws-error.ts";

/** Largest body that a JSON or query API of AWS takes; S3 streams instead of calling this. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** Bodies that were read already: the signature is checked over one before its service asks for it. */
const known = new WeakMap<IncomingMessage, Buffer>();

/** Reads a request's whole body, once however often it is asked. @throws AwsError RequestEntityTooLargeException */
export async function readBody(request: IncomingMessage, limitBytes = MAX_BODY_BYTES): Promise<Buffer> {
  const before = known.get(request);
  if (before) return before;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limitBytes) {
      throw new AwsError(
        "RequestEntityTooLargeException",
        `Request body is larger than ${limitBytes} bytes`,
        {
          statusCode: 413,
        },
      );
    }
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks, length);
  known.set(request, body);
  return body;
}
