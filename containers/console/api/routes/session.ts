import { createRoute } from "@hono/zod-openapi";
import { about, session, signIn } from "../schemas/session.ts";
import { access, answers, jsonBody, problemAnswers } from "./describe.ts";

const tags = ["Session"];

export const readAbout = createRoute({
  method: "get",
  path: "/api/about",
  operationId: "readAbout",
  summary: "What the console takes, and how to sign in",
  tags,
  ...access("public"),
  responses: answers(200, "What the console takes", about),
});

export const readSession = createRoute({
  method: "get",
  path: "/api/session",
  operationId: "readSession",
  summary: "Who is signed in",
  tags,
  ...access("uploader"),
  responses: answers(200, "Who is signed in", session, 401),
});

export const createSession = createRoute({
  method: "post",
  path: "/api/session",
  operationId: "createSession",
  summary: "Sign in by token: sets the session cookie",
  tags,
  ...access("public"),
  request: { body: jsonBody(signIn) },
  responses: answers(201, "Signed in", session, 400, 401, 403, 409, 413, 415, 422),
});

export const deleteSession = createRoute({
  method: "delete",
  path: "/api/session",
  operationId: "deleteSession",
  summary: "Sign out: takes the session cookie away",
  tags,
  ...access("public"),
  responses: { 204: { description: "Signed out" }, ...problemAnswers(403) },
});
