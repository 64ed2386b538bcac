import { S3Error } from "./errors.ts";

const PARAMETERS = [
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Signature",
  "X-Amz-Date",
  "X-Amz-SignedHeaders",
  "X-Amz-Expires",
] as const;

const WEEK_SECONDS = 7 * 24 * 3600;
/** How far a client's clock may be ahead. */
const SKEW_MS = 15 * 60 * 1000;

/** Whether the signature is in the query (version 4, or the old version 2 that some clients still make). */
export function isPresigned(query: URLSearchParams): boolean {
  return query.has("X-Amz-Signature") || query.has("X-Amz-Algorithm") || query.has("Signature");
}

/**
 * Holds a presigned URL to its time; whether its signature is right is for the endpoint to say.
 * Source: S3 API reference, "Authenticating requests: using query parameters".
 * @param now milliseconds of the wall clock, because that is what clients sign by
 * @throws S3Error AccessDenied once it has expired, AuthorizationQueryParametersError when malformed
 */
export function checkPresigned(query: URLSearchParams, now: number): void {
  if (query.has("X-Amz-Signature") || query.has("X-Amz-Algorithm")) checkVersion4(query, now);
  else if (query.has("Signature")) checkVersion2(query, now);
}

function checkVersion4(query: URLSearchParams, now: number): void {
  if (PARAMETERS.some((name) => !query.get(name))) {
    throw malformed(
      "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
    );
  }
  if (query.get("X-Amz-Algorithm") !== "AWS4-HMAC-SHA256") {
    throw malformed('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  }
  const expires = String(query.get("X-Amz-Expires"));
  if (!/^-?\d+$/.test(expires)) throw malformed("X-Amz-Expires should be a number");
  const seconds = Number(expires);
  if (seconds < 0) throw malformed("X-Amz-Expires must be non-negative");
  if (seconds > WEEK_SECONDS) {
    throw malformed(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${WEEK_SECONDS} seconds`,
    );
  }
  const signed = parseAmzDate(String(query.get("X-Amz-Date")));
  if (signed === undefined)
    throw malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  if (signed > now + SKEW_MS) throw new S3Error("AccessDenied", "Request is not valid yet");
  const end = signed + seconds * 1000;
  if (now > end) throw expired(end, now, { "X-Amz-Expires": seconds });
}

function checkVersion2(query: URLSearchParams, now: number): void {
  const expires = query.get("Expires") ?? "";
  if (!/^\d+$/.test(expires) || !query.get("AWSAccessKeyId")) {
    throw new S3Error(
      "AccessDenied",
      "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
    );
  }
  const end = Number(expires) * 1000;
  if (now > end) throw expired(end, now, {});
}

/** `20260131T235959Z` as milliseconds. */
export function parseAmzDate(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}

function expired(end: number, now: number, members: Record<string, unknown>): S3Error {
  const seconds = (time: number) => new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
  return new S3Error("AccessDenied", "Request has expired", {
    members: { ...members, Expires: seconds(end), ServerTime: seconds(now) },
  });
}

function malformed(message: string): S3Error {
  return new S3Error("AuthorizationQueryParametersError", message);
}
