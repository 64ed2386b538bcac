import type { PutEventsEntry } from "./events.ts";

export type CheckedEntry =
  | {
      readonly ok: true;
      readonly source: string;
      readonly detailType: string;
      readonly detail: Readonly<Record<string, unknown>>;
    }
  | {
      readonly ok: false;
      readonly code: "InvalidArgument" | "MalformedDetail" | "NotAuthorizedForSource";
      readonly message: string;
    };

/** Reads one entry of PutEvents, in AWS's order of checks and AWS's words. */
export function checkEntry(entry: PutEventsEntry): CheckedEntry {
  const { Source: source, DetailType: detailType, Detail: detail } = entry;
  if (!source) return missing("Source");
  if (!detailType) return missing("DetailType");
  if (!detail) return missing("Detail");
  if (source.startsWith("aws.")) {
    return { ok: false, code: "NotAuthorizedForSource", message: "Not authorized for the source." };
  }
  const parsed = parseDetail(detail);
  if (parsed === undefined) return { ok: false, code: "MalformedDetail", message: "Detail is malformed." };
  return { ok: true, source, detailType, detail: parsed };
}

function missing(name: string): CheckedEntry {
  return {
    ok: false,
    code: "InvalidArgument",
    message: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
  };
}

function parseDetail(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Bytes of an entry as AWS counts them (EventBridge user guide, calculating the entry size). */
export function entrySize(entry: PutEventsEntry): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])];
  const time = entry.Time === undefined ? 0 : 14;
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ""), time);
}
