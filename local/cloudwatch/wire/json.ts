import { AwsError } from "../../wire/aws-error.ts";
import { errorShape, type Protocol } from "./protocol.ts";

/** AWS JSON 1.0: the operation in `X-Amz-Target`, times as seconds. */
export const json: Protocol = {
  contentType: "application/x-amz-json-1.0",
  read(request, body) {
    const target = String(request.headers["x-amz-target"] ?? "");
    return { operation: target.slice(target.lastIndexOf(".") + 1), input: parse(body) };
  },
  write: (_operation, result) => JSON.stringify(plain(result)),
  writeError: (error) => JSON.stringify({ __type: errorShape(error), message: error.message }),
};

function parse(body: Buffer): unknown {
  try {
    return body.length === 0 ? {} : JSON.parse(body.toString("utf8"));
  } catch (cause) {
    throw new AwsError("SerializationException", "The request body is not JSON", { cause });
  }
}

function plain(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Map) return Object.fromEntries(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}
