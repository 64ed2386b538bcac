import type { IncomingMessage } from "node:http";
import { AwsError } from "./aws-error.ts";

/** Largest body that a JSON or query API of AWS takes; S3 streams instead of calling this. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** Reads a request's whole body. @throws AwsError RequestEntityTooLarge past the limit. */
export async function readBody(request: IncomingMessage, limitBytes = MAX_BODY_BYTES): Promise<Buffer> {
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
  return Buffer.concat(chunks, length);
}
