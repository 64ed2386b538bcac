import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { z } from "zod";
import type { ProblemDocument } from "./api/schemas/problem.ts";

/** What a client did wrong, or what is not there: the thing, the value that it had, and the rule that it breaks. */
export class Problem extends Error {
  override readonly name = "Problem";
  /** HTTP status. */
  readonly status: ProblemStatus;
  readonly thing: string;
  readonly value: string;
  readonly rule: string;
  /** Sent with the answer. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: ProblemStatus,
    thing: string,
    value: string,
    rule: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(`${thing} is ${value}; ${rule}`);
    this.status = status;
    this.thing = thing;
    this.value = value;
    this.rule = rule;
    this.headers = headers;
  }
}

const TITLES = {
  400: "The request cannot be understood",
  401: "Sign in first",
  403: "Not allowed",
  404: "Not found",
  409: "Not in its present state",
  413: "Too large",
  415: "The request's content type is not taken",
  422: "The request breaks a rule",
  429: "Too many requests",
} as const;
export type ProblemStatus = keyof typeof TITLES;

/** A problem document. Source: RFC 9457. */
export function problemResponse(context: Context, problem: Problem): Response {
  const { status, thing, value, rule, message: detail, headers } = problem;
  return respond(context, { title: TITLES[status], status, detail, thing, value, rule }, headers);
}

/** For faults of our own: says nothing about what is inside, only under which name the log has it. */
export function faultResponse(context: Context, requestId: string): Response {
  return respond(context, {
    title: "The console could not answer",
    status: 500,
    detail: `Try again. If it goes on, look for request ${requestId} in the console's log.`,
    requestId,
  });
}

/** What Hono's own checks say of a body, in our words; undefined for anything else. */
export function problemOf(error: unknown, contentType: string | undefined): Problem | undefined {
  if (error instanceof Problem) return error;
  if (!(error instanceof HTTPException)) return undefined;
  if (error.status === 415) return notJson(contentType);
  if (error.status === 400) {
    return new Problem(400, "the request's body", "not JSON", "it is an object in JSON");
  }
  return undefined;
}

/** Other sites' pages can send forms here, but not JSON. */
export function notJson(contentType: string | undefined): Problem {
  return new Problem(415, "content-type", shown(contentType), "it is application/json");
}

/** The first thing that is wrong with an input. */
export function problemIn(error: z.ZodError, input: unknown, status: ProblemStatus): Problem {
  const [issue] = error.issues;
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const path = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])];
  const rule = unknown === undefined ? (issue?.message ?? "") : "there is no such member";
  return new Problem(status, path.map(String).join(".") || "the request", shown(valueAt(input, path)), rule);
}

/** A value as a problem shows it; long ones are cut. */
export function shown(value: unknown): string {
  const text = value === undefined ? "not given" : JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function respond(
  context: Context,
  document: ProblemDocument,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return context.body(JSON.stringify(document), document.status as ProblemStatus, {
    ...headers,
    "content-type": "application/problem+json",
  });
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    input,
  );
}
