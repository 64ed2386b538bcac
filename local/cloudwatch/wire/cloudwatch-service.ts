import type { IncomingMessage } from "node:http";
import { gunzipSync } from "node:zlib";
import { AwsError } from "../../wire/aws-error.ts";
import { readBody } from "../../wire/body.ts";
import { parseInput } from "../../wire/operation.ts";
import type { GatewayService } from "../../wire/service.ts";
import type { CloudWatchContext } from "../context.ts";
import { operations } from "../operations/operations.ts";
import { json } from "./json.ts";
import type { Protocol } from "./protocol.ts";
import { query } from "./query.ts";
import { rpcV2Cbor } from "./rpc-v2-cbor.ts";

/** PutMetricData takes 1 MB, unpacked (CloudWatch quotas). */
const MAX_BODY_BYTES = 1024 * 1024;

/** CloudWatch in each of the protocols that its clients speak. */
export function cloudWatchService(context: CloudWatchContext): GatewayService {
  return {
    signingNames: ["monitoring"],
    async handle(request, response, call) {
      const protocol = protocolOf(request);
      const send = (status: number, body: string | Uint8Array, headers: Record<string, string> = {}) => {
        response.writeHead(status, {
          "content-type": protocol.contentType,
          "content-length": Buffer.byteLength(body),
          "x-amzn-requestid": call.requestId,
          ...protocol.headers,
          ...headers,
        });
        response.end(body);
      };
      try {
        const { operation, input } = protocol.read(request, unpacked(request, await readBody(request)));
        const definition = operations[operation];
        if (!definition) {
          throw new AwsError(
            "InvalidAction",
            `cloudwatch ${operation || "(no operation)"} is not played by the local runtime; see docs/local-support.md`,
          );
        }
        const parsed = parseInput("cloudwatch", operation, definition, input, "ValidationError");
        call.authorize?.(operation, parsed);
        const result = await definition.run(context, parsed, call);
        send(200, protocol.write(operation, result, call.requestId));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        send(error.statusCode, protocol.writeError(error, call.requestId), {
          "x-amzn-query-error": `${error.code};${error.fault}`,
        });
      }
    },
  };
}

function protocolOf(request: IncomingMessage): Protocol {
  if (request.headers["smithy-protocol"] === "rpc-v2-cbor") return rpcV2Cbor;
  return request.headers["x-amz-target"] === undefined ? query : json;
}

/** SDKs compress PutMetricData from 10 KB on. */
function unpacked(request: IncomingMessage, body: Buffer): Buffer {
  const limit = new AwsError(
    "RequestEntityTooLargeException",
    `The request is larger than ${MAX_BODY_BYTES} bytes`,
    {
      statusCode: 413,
    },
  );
  if (request.headers["content-encoding"] !== "gzip") {
    if (body.length > MAX_BODY_BYTES) throw limit;
    return body;
  }
  try {
    return gunzipSync(body, { maxOutputLength: MAX_BODY_BYTES });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw limit;
    throw new AwsError("SerializationException", "The request body is not gzip", { cause });
  }
}
