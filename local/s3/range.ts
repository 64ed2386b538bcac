import { S3Error } from "./errors.ts";

/** First and last byte, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a `Range` header. S3 ignores what it does not understand, several ranges included.
 * @returns undefined for the whole object
 * @throws S3Error InvalidRange when the range lies outside of the object
 */
export function parseRange(text: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(text?.trim() ?? "");
  if (!match) return undefined;
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return undefined;
  if (first === "") {
    const suffix = Number(last);
    if (suffix === 0 || size === 0) throw invalidRange(String(text), size);
    return { start: Math.max(0, size - suffix), end: size - 1 };
  }
  const start = Number(first);
  if (last !== "" && Number(last) < start) return undefined;
  if (start >= size) throw invalidRange(String(text), size);
  return { start, end: last === "" ? size - 1 : Math.min(Number(last), size - 1) };
}

export function invalidRange(requested: string, size: number): S3Error {
  return new S3Error("InvalidRange", "The requested range is not satisfiable", {
    members: { RangeRequested: requested, ActualObjectSize: size },
    headers: { "content-range": `bytes */${size}` },
  });
}
