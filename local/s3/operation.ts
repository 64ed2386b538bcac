import type { PartReader } from "./read-parts.ts";
import type { S3Request } from "./request.ts";
import type { S3State } from "./state.ts";

/** What an operation answers; errors are thrown instead. */
export interface S3Response {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number | undefined>>;
  /** A document, or an object's bytes with their number. */
  readonly body?: string | { readonly reader: PartReader; readonly length: number };
}

/** One S3 operation: how its requests look, and one function of (state, request). */
export interface S3Operation {
  /** As in the API reference. */
  readonly name: string;
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  readonly level: "service" | "bucket" | "object";
  /** Query parameters that select it, such as `uploads`. */
  readonly markers?: readonly string[];
  /** A header that selects it. */
  readonly headerMarker?: string;
  /** Further query parameters that it understands. */
  readonly query?: readonly string[];
  /** `x-amz-*` headers that it understands; one that ends in `-` stands for all that start so. */
  readonly headers?: readonly string[];
  readonly run: (s3: S3State, request: S3Request) => S3Response | Promise<S3Response>;
}

/** Headers of requests whose body is checked as it comes in. */
export const BODY_HEADERS = [
  "x-amz-checksum-",
  "x-amz-sdk-checksum-algorithm",
  "x-amz-trailer",
  "x-amz-decoded-content-length",
];

export function xmlResponse(body: string, headers: S3Response["headers"] = {}): S3Response {
  return { status: 200, headers: { "content-type": "application/xml", ...headers }, body };
}
