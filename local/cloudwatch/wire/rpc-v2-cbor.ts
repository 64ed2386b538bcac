import { cbor, tag } from "@smithy/core/cbor";
import { AwsError } from "../../wire/aws-error.ts";
import { splitTarget } from "../../wire/target.ts";
import { errorShape, type Protocol } from "./protocol.ts";

/** `/service/<service>/operation/<operation>` */
const PATH = /\/operation\/(\w+)$/;
/** CBOR's tag for a time in seconds. */
const EPOCH_TAG = 1;

/** Smithy RPC v2 CBOR, which current SDKs and command lines speak to CloudWatch. */
export const rpcV2Cbor: Protocol = {
  contentType: "application/cbor",
  headers: { "smithy-protocol": "rpc-v2-cbor" },
  read(request, body) {
    return { operation: PATH.exec(splitTarget(request.url).path)?.[1] ?? "", input: parse(body) };
  },
  write: (_operation, result) => cbor.serialize(tagged(result)),
  writeError: (error) => cbor.serialize({ __type: errorShape(error), message: error.message }),
};

function parse(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return untagged(cbor.deserialize(body));
  } catch (cause) {
    throw new AwsError("SerializationException", "The request body is not CBOR", { cause });
  }
}

function untagged(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(untagged);
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null) return value;
  if ("tag" in value && value.tag === EPOCH_TAG && "value" in value)
    return new Date(Number(value.value) * 1000);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([name, member]) => [name, untagged(member)]),
  );
}

function tagged(value: unknown): unknown {
  if (value instanceof Date) return tag({ tag: EPOCH_TAG, value: value.getTime() / 1000 });
  if (value instanceof Map) return Object.fromEntries(value);
  if (Array.isArray(value)) return value.map(tagged);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, tagged(member)]),
  );
}
