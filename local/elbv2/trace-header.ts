import { randomBytes } from "node:crypto";

/**
 * The X-Amzn-Trace-Id that a target gets: a new `Root` when the client sent none, else the client's value with a
 * `Self` of our own in front. Source: Elastic Load Balancing user guide, "Request tracing".
 * @param now milliseconds since the epoch
 */
export function traceHeader(sent: string | undefined, now: number): string {
  const id = `1-${Math.floor(now / 1000).toString(16)}-${randomBytes(12).toString("hex")}`;
  const fields = (sent ?? "")
    .split(";")
    .map((field) => field.trim())
    .filter((field) => field !== "" && !field.startsWith("Self="));
  if (fields.length === 0) return `Root=${id}`;
  return [`Self=${id}`, ...fields].join(";");
}
