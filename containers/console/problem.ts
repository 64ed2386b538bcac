import type { Context } from "hono";
import type { z } from "zod";

/** What a client did wrong, or what is not there: the thing, the value that it had, and the rule that it breaks. */
export class Problem extends Error {
  override readonly name = "Problem";
  /** HTTP status. */
  readonly status: 400 | 404 | 413 | 415 | 422;
  readonly thing: string;
  readonly value: string;
  readonly rule: string;

  constructor(status: Problem["status"], thing: string, value: string, rule: string) {
    super(`${thing} is ${value}; ${rule}`);
    this.status = status;
    this.thing = thing;
    this.value = value;
    this.rule = rule;
  }
}

const TITLES: Readonly<Record<Problem["status"], string>> = {
  400: "The request cannot be understood",
  404: "Not found",
  413: "Too large",
  415: "The request's content type is not taken",
  422: "The request breaks a rule",
};

/** A problem document. Source: RFC 9457. */
export function problemResponse(context: Context, problem: Problem): Response {
  const { status, thing, value, rule, message: detail } = problem;
  return context.body(JSON.stringify({ title: TITLES[status], status, detail, thing, value, rule }), status, {
    "content-type": "application/problem+json",
  });
}

/** For faults of our own: says nothing about what is inside, only under which name the log has it. */
export function faultResponse(context: Context, requestId: string): Response {
  const document = {
    title: "The console could not answer",
    status: 500,
    detail: `Try again. If it goes on, look for request ${requestId} in the console's log.`,
    requestId,
  };
  return context.body(JSON.stringify(document), 500, { "content-type": "application/problem+json" });
}

/**
 * Reads input by a schema.
 * @throws Problem with this status, about the first thing that is wrong
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  status: Problem["status"],
): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const path = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])];
  const rule = unknown === undefined ? (issue?.message ?? "") : "there is no such member";
  throw new Problem(status, path.map(String).join(".") || "the request", shown(valueAt(input, path)), rule);
}

/** A value as a problem shows it; long ones are cut. */
export function shown(value: unknown): string {
  const text = value === undefined ? "not given" : JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    input,
  );
}
