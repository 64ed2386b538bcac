import { NotPlayedError } from "../wire/aws-error.ts";
import { noSuchKey, preconditionFailed, S3Error } from "./errors.ts";
import { header, type S3Request } from "./request.ts";

/** What conditions are held against. */
export interface Validators {
  /** Without quotes. */
  readonly etag: string;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

export interface Conditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifModifiedSince?: string | undefined;
  readonly ifUnmodifiedSince?: string | undefined;
}

/** @param prefix `x-amz-copy-source-` for the conditions on a copy's source */
export function readConditions(request: S3Request, prefix = ""): Conditions {
  return {
    ifMatch: header(request, `${prefix}if-match`),
    ifNoneMatch: header(request, `${prefix}if-none-match`),
    ifModifiedSince: header(request, `${prefix}if-modified-since`),
    ifUnmodifiedSince: header(request, `${prefix}if-unmodified-since`),
  };
}

export type Verdict =
  | { readonly kind: "ok" }
  | { readonly kind: "failed" | "not-modified"; readonly by: string };

/**
 * Conditions of a read. An ETag condition overrules the date condition of its pair.
 * Source: S3 API reference, GetObject, "If-Match" and "If-None-Match" (RFC 7232).
 */
export function judgeRead(conditions: Conditions, { etag, modified }: Validators): Verdict {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  if (ifMatch !== undefined) {
    if (!etagMatches(ifMatch, etag)) return { kind: "failed", by: "If-Match" };
  } else if (isBefore(ifUnmodifiedSince, modified)) {
    return { kind: "failed", by: "If-Unmodified-Since" };
  }
  if (ifNoneMatch !== undefined) {
    if (etagMatches(ifNoneMatch, etag)) return { kind: "not-modified", by: "If-None-Match" };
  } else if (
    ifModifiedSince !== undefined &&
    isDate(ifModifiedSince) &&
    !isBefore(ifModifiedSince, modified)
  ) {
    return { kind: "not-modified", by: "If-Modified-Since" };
  }
  return { kind: "ok" };
}

/** Conditions of a copy on its source: whatever does not hold fails it. */
export function checkCopySource(request: S3Request, source: Validators): void {
  const verdict = judgeRead(readConditions(request, "x-amz-copy-source-"), source);
  if (verdict.kind !== "ok") throw preconditionFailed(`x-amz-copy-source-${verdict.by}`);
}

/**
 * Conditions of a write on the key's current version.
 * Source: S3 user guide, "How to prevent object overwrites with conditional writes".
 * @param current undefined when the key has no object (a delete marker counts as none)
 */
export function checkWrite(conditions: Conditions, key: string, current: Validators | undefined): void {
  const { ifMatch, ifNoneMatch } = conditions;
  if (ifNoneMatch !== undefined && ifNoneMatch !== "*")
    throw new NotPlayedError("s3 If-None-Match with an ETag");
  if (ifNoneMatch !== undefined && ifMatch !== undefined) {
    throw new NotPlayedError("s3 If-Match together with If-None-Match");
  }
  if (ifNoneMatch !== undefined && current) throw preconditionFailed("If-None-Match");
  if (ifMatch === undefined) return;
  if (!current) throw noSuchKey(key);
  if (!etagMatches(ifMatch, current.etag)) throw preconditionFailed("If-Match");
}

/** What S3 answers when a write lost its ground to another request while it was under way. */
export function conditionalConflict(key: string): S3Error {
  return new S3Error(
    "ConditionalRequestConflict",
    "The conditional request cannot succeed due to a conflicting operation against this resource.",
    { members: { Key: key } },
  );
}

export function etagMatches(condition: string, etag: string): boolean {
  return condition
    .split(",")
    .map((item) =>
      item
        .trim()
        .replace(/^W\//, "")
        .replace(/^"(.*)"$/, "$1"),
    )
    .some((item) => item === "*" || item === etag);
}

function isDate(text: string): boolean {
  return !Number.isNaN(Date.parse(text));
}

/** Whether `date` is before the modification, in whole seconds as HTTP dates are; no date is not. */
function isBefore(date: string | undefined, modified: number): boolean {
  return date !== undefined && isDate(date) && Date.parse(date) < Math.floor(modified / 1000) * 1000;
}
