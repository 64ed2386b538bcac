import { createHash } from "node:crypto";
import { z } from "zod";
import { Problem, shown } from "./problem.ts";

/** Where a list goes on: before this instant, or at it with those that were not in an answer yet. */
export interface Position {
  /** ISO 8601. */
  readonly at: string;
  /** Beginnings of the ids of what was in an answer and is of this very instant. */
  readonly seen: readonly string[];
}

/** @param query what the list was asked for: a cursor is of this question alone */
export function encodeCursor(value: object, query: unknown): string {
  return Buffer.from(JSON.stringify({ ...value, of: digestOf(query) })).toString("base64url");
}

/** @throws Problem 400 for a text that is no cursor, or one of another question */
export function decodeCursor<Value>(text: string, schema: z.ZodType<Value>, query: unknown): Value {
  const found = parse(text);
  const value = schema.safeParse(found?.value);
  if (!found || !value.success) {
    throw new Problem(400, "cursor", shown(text), "it is a cursor that an earlier answer gave, unchanged");
  }
  if (found.of !== digestOf(query)) {
    throw new Problem(400, "cursor", shown(text), "it goes with the parameters of the answer that gave it");
  }
  return value.data;
}

/** Of an id, enough to tell those of one millisecond apart. */
const SEEN_CHARACTERS = 12;
/** More than this of one millisecond may come twice: lists know them by their ids. */
const MAX_SEEN = 100;

const stored = z.strictObject({
  at: z.iso.datetime(),
  seen: z.array(z.string().regex(/^[0-9a-f]{12}$/)).max(MAX_SEEN),
});

export function writeCursor({ at, seen }: Position, query: unknown): string {
  const ids = [...new Set(seen.map((id) => id.slice(0, SEEN_CHARACTERS)))].slice(-MAX_SEEN);
  return encodeCursor({ at, seen: ids }, query);
}

/** @throws Problem 400 for a text that is no cursor, or one of another question */
export function readCursor(text: string, query: unknown): Position {
  return decodeCursor(text, stored, query);
}

/** Whether it was in an answer already. */
export function wasSeen({ at, seen }: Position, item: { readonly at: string; readonly id: string }): boolean {
  return item.at === at && seen.includes(item.id.slice(0, SEEN_CHARACTERS));
}

/** The position after these items, newest first; `before` is where they began. */
export function positionAfter(
  items: readonly { readonly at: string; readonly id: string }[],
  before: Position,
): Position {
  const at = items.at(-1)?.at;
  if (at === undefined) return before;
  const ofInstant = items.filter((item) => item.at === at).map(({ id }) => id);
  return { at, seen: at === before.at ? [...before.seen, ...ofInstant] : ofInstant };
}

function parse(text: string): { value: unknown; of: unknown } | undefined {
  try {
    const { of, ...value } = z
      .looseObject({ of: z.string() })
      .parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
    return { value, of };
  } catch {
    return undefined;
  }
}

function digestOf(query: unknown): string {
  return createHash("sha256").update(JSON.stringify(query)).digest("base64url").slice(0, 16);
}
