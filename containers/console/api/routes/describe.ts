import type { z } from "@hono/zod-openapi";
import { problem } from "../schemas/problem.ts";
import type { Role } from "../schemas/session.ts";

/** Who may use a route: anybody, or who has signed in as one of the roles; an administrator may what an uploader may. */
export type Access = "public" | Role;

const MEANINGS = {
  400: "The request cannot be understood: a parameter or the cursor is wrong",
  401: "Nobody has signed in, or the session has ended",
  403: "The role does not allow it, or the request comes from another site",
  404: "Not found",
  409: "It is in a state that does not allow this",
  413: "Too large",
  415: "The request's content type is not taken",
  422: "The request's body breaks a rule",
} as const;
type Status = keyof typeof MEANINGS;

type ProblemResponse = {
  description: string;
  content: { "application/problem+json": { schema: typeof problem } };
};

const response = (description: string): ProblemResponse => ({
  description,
  content: { "application/problem+json": { schema: problem } },
});

/** Answers in JSON, and what else a route may say. Any route may say that there were too many requests, or a fault. */
export function answers<Success extends 200 | 201 | 202, Schema extends z.ZodType>(
  status: Success,
  description: string,
  schema: Schema,
  ...problems: readonly Status[]
) {
  return {
    [status]: { description, content: { "application/json": { schema } } },
    ...problemAnswers(...problems),
  } as { [S in Success]: { description: string; content: { "application/json": { schema: Schema } } } };
}

/** The documented problems of a route. Handlers throw them. */
export function problemAnswers(...problems: readonly Status[]): object {
  return {
    ...Object.fromEntries(problems.map((status) => [status, response(MEANINGS[status])])),
    429: response("Too many requests; Retry-After says when to come back, in seconds"),
    500: response("The console could not answer"),
  };
}

/** A request's body in JSON. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { "application/json": { schema } } } as const;
}

/** What an operation's documentation says of who may use it. */
export function access<Who extends Access>(who: Who) {
  return {
    "x-access": who,
    security: who === "public" ? [] : [{ session: [] }, { bearer: [] }],
  };
}
