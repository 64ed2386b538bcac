import { NotPlayedError } from "../wire/aws-error.ts";
import { S3Error } from "./errors.ts";
import type { S3Operation } from "./operation.ts";
import { isPresigned } from "./presigned.ts";
import type { S3Request } from "./request.ts";

/** Query parameters of any request: signatures, and the operation's name that SDKs add. */
const COMMON_QUERY = new Set(["x-id", "AWSAccessKeyId", "Signature", "Expires"]);
const SIGNATURE_QUERY =
  /^X-Amz-(Algorithm|Credential|Signature|Date|SignedHeaders|Expires|Security-Token|Content-Sha256)$/i;
/** `x-amz-*` headers of any request. */
const COMMON_HEADERS = new Set([
  "x-amz-date",
  "x-amz-content-sha256",
  "x-amz-security-token",
  "x-amz-user-agent",
  "x-amz-expected-bucket-owner",
  "x-amz-request-payer",
]);

/**
 * Which operation a request asks for.
 * @throws NotPlayedError for sub-resources, parameters and `x-amz-*` headers that the operation does not know
 */
export function selectOperation(operations: readonly S3Operation[], request: S3Request): S3Operation {
  const level = request.bucket === undefined ? "service" : request.key === undefined ? "bucket" : "object";
  const [chosen] = operations
    .filter(
      (operation) =>
        operation.level === level &&
        operation.method === request.method &&
        (operation.markers ?? []).every((marker) => request.query.has(marker)) &&
        (operation.headerMarker === undefined || request.headers[operation.headerMarker] !== undefined),
    )
    .sort((a, b) => weight(b) - weight(a));
  if (!chosen) {
    const resources = [...request.query.keys()].filter((name) => !isCommonQuery(name));
    if (resources.length > 0) {
      throw new NotPlayedError(`s3 ${request.method} on a ${level} with ?${resources.join("&")}`);
    }
    throw new S3Error("MethodNotAllowed", "The specified method is not allowed against this resource.", {
      members: { Method: request.method, ResourceType: level.toUpperCase() },
    });
  }
  refuseUnknown(chosen, request);
  return chosen;
}

function weight(operation: S3Operation): number {
  return (operation.markers?.length ?? 0) + (operation.headerMarker === undefined ? 0 : 1);
}

function refuseUnknown(operation: S3Operation, request: S3Request): void {
  const query = new Set([...(operation.markers ?? []), ...(operation.query ?? [])]);
  for (const name of request.query.keys()) {
    if (!query.has(name) && !isCommonQuery(name)) {
      const value = request.query.get(name);
      throw new NotPlayedError(
        value === "" ? `s3 ${request.method} ?${name}` : `s3 ${operation.name}: query parameter ${name}`,
      );
    }
  }
  const known = operation.headers ?? [];
  for (const name of Object.keys(request.headers)) {
    if (!name.startsWith("x-amz-") || COMMON_HEADERS.has(name) || name === operation.headerMarker) continue;
    if (!known.some((entry) => (entry.endsWith("-") ? name.startsWith(entry) : name === entry))) {
      throw new NotPlayedError(`s3 ${operation.name}: header ${name}`);
    }
  }
}

function isCommonQuery(name: string): boolean {
  return COMMON_QUERY.has(name) || SIGNATURE_QUERY.test(name);
}

/** Checksums in a query are of the empty body that was presigned, not of what is sent; S3 ignores them. */
const IGNORED_QUERY = /^x-amz-(checksum-(crc|sha)|sdk-checksum-algorithm)/;

/**
 * Presigners may move `x-amz-*` headers into the query; S3 takes them from there as if they were headers,
 * except for checksums (aws-sdk-js-v3 signs one into every presigned PutObject; see localstack #12169).
 */
export function unhoistHeaders(request: S3Request): S3Request {
  if (!isPresigned(request.query)) return request;
  const headers = { ...request.headers };
  const query = new URLSearchParams();
  for (const [name, value] of request.query) {
    const lower = name.toLowerCase();
    if (IGNORED_QUERY.test(lower)) continue;
    if (lower.startsWith("x-amz-") && !SIGNATURE_QUERY.test(name)) headers[lower] ??= value;
    else query.append(name, value);
  }
  return { ...request, headers, query };
}
