import type { IncomingMessage } from "node:http";
import type { AwsError } from "../../wire/aws-error.ts";

/** One way of writing CloudWatch's operations; values are plain, with `Date` for times and `Map` for maps. */
export interface Protocol {
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** @throws AwsError when the body is not what the protocol says */
  read(request: IncomingMessage, body: Buffer): { readonly operation: string; readonly input: unknown };
  write(operation: string, result: unknown, requestId: string): string | Uint8Array;
  writeError(error: AwsError, requestId: string): string | Uint8Array;
}

/** Names of error shapes, where they differ from the codes of the query protocol. */
const SHAPES: Readonly<Record<string, string>> = {
  InvalidParameterValue: "InvalidParameterValueException",
  InvalidParameterCombination: "InvalidParameterCombinationException",
  MissingParameter: "MissingRequiredParameterException",
  InvalidFormat: "InvalidFormatFault",
  LimitExceeded: "LimitExceededFault",
  InternalServiceError: "InternalServiceFault",
};

/** What JSON and CBOR call an error. */
export function errorShape(error: AwsError): string {
  return SHAPES[error.code] ?? error.code;
}
