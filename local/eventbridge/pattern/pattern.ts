import type { AwsError } from "../../wire/aws-error.ts";
import type { LeafTest } from "./leaf.ts";
import { JsonTextError, type LocatedEntry, type LocatedNode, parseLocatedJson } from "./located-json.ts";
import { compileMatcher } from "./matcher.ts";
import { invalidPattern, PatternReason, unread } from "./pattern-error.ts";

/** What one field of an event must be: any of its tests or exact texts, or (`absent`) not be there. */
export interface FieldPattern {
  /** Keys joined with dots: EventBridge does not tell `{"a": {"b": …}}` from `{"a.b": …}`. */
  readonly path: string;
  readonly exact: ReadonlySet<string>;
  readonly tests: readonly LeafTest[];
  readonly absent: boolean;
}

/** Fields that must all hold. A pattern with `$or` has one such list for each combination. */
export type Branch = readonly FieldPattern[];

/** A pattern, ready to be matched; an event matches when any branch does. */
export interface EventPattern {
  readonly branches: readonly Branch[];
}

type Draft = Map<string, FieldPattern>;

/** EventBridge user guide: `$or` may not make more than 1,000 combinations. */
const MAX_BRANCHES = 1_000;

/** Names that may not be fields inside `$or`, because they are or may become operators. */
const RESERVED_IN_OR = new Set(
  [
    "exactly equals-ignore-case prefix suffix anything-but exists wildcard numeric cidr = < <= > >= regex",
    "not-wildcard not-equals-ignore-case date-after date-on-or-after date-before date-on-or-before",
    "in-date-range ip-address-in-range ip-address-not-in-range",
  ].flatMap((line) => line.split(" ")),
);

/**
 * Compiles an event pattern.
 * @throws AwsError InvalidEventPatternException with AWS's reason and place
 */
export function compilePattern(source: string): EventPattern {
  try {
    const root = parseLocatedJson(source);
    if (root.kind !== "object") throw new PatternReason("Filter is not an object", unread(root));
    const drafts = object(root, "", [new Map()], false);
    return { branches: drafts.map((draft) => [...draft.values()]) };
  } catch (error) {
    throw refusal(error, source);
  }
}

function refusal(error: unknown, source: string): AwsError | unknown {
  if (error instanceof PatternReason || error instanceof JsonTextError) {
    return invalidPattern(error.message, source, error.offset);
  }
  return error;
}

function object(
  node: LocatedNode & { kind: "object" },
  prefix: string,
  drafts: Draft[],
  insideOr: boolean,
): Draft[] {
  if (node.entries.length === 0) throw new PatternReason("Empty objects are not allowed", node.end);
  return node.entries.reduce((branches, entry) => member(entry, prefix, branches, insideOr), drafts);
}

function member(entry: LocatedEntry, prefix: string, drafts: Draft[], insideOr: boolean): Draft[] {
  const { name, value } = entry;
  if (name === "$or") return alternatives(value, prefix, drafts);
  if (insideOr && RESERVED_IN_OR.has(name)) {
    throw new PatternReason(
      `${name} is Ruler reserved fieldName which cannot be used inside $or.`,
      unread(value),
    );
  }
  const path = prefix === "" ? name : `${prefix}.${name}`;
  if (value.kind === "object") return object(value, path, drafts, insideOr);
  if (value.kind !== "array") {
    throw new PatternReason(`"${name}" must be an object or an array`, unread(value));
  }
  const field = compileField(path, value);
  // A later pattern for the same field takes the place of an earlier one.
  for (const draft of drafts) draft.set(path, field);
  return drafts;
}

function alternatives(node: LocatedNode, prefix: string, drafts: Draft[]): Draft[] {
  if (node.kind !== "array") {
    throw new PatternReason("It must be an Array followed with $or.", unread(node));
  }
  const branches = node.items.flatMap((item) => {
    if (item.kind !== "object") {
      throw new PatternReason("Only JSON object is allowed in array of $or relationship.", unread(item));
    }
    return object(
      item,
      prefix,
      drafts.map((draft) => new Map(draft)),
      true,
    );
  });
  if (node.items.length < 2) {
    throw new PatternReason("There must have at least 2 Objects in $or relationship.", node.end);
  }
  if (branches.length > MAX_BRANCHES) {
    throw new PatternReason(`Rule is too complex - $or makes more than ${MAX_BRANCHES} combinations`);
  }
  return branches;
}

function compileField(path: string, list: LocatedNode & { kind: "array" }): FieldPattern {
  if (list.items.length === 0) throw new PatternReason("Empty arrays are not allowed", list.end);
  const matchers = list.items.flatMap(compileMatcher);
  return {
    path,
    exact: new Set(matchers.flatMap((matcher) => (matcher.kind === "exact" ? [matcher.text] : []))),
    tests: matchers.flatMap((matcher) => (matcher.kind === "test" ? [matcher.test] : [])),
    absent: matchers.some((matcher) => matcher.kind === "absent"),
  };
}
