import { z } from "@hono/zod-openapi";
import { instant } from "./common.ts";

/** `uploader`: uploads, jobs, results. `administrator`: all of it, and replays. */
export const role = z.enum(["uploader", "administrator"]);
export type Role = z.output<typeof role>;

/** Who somebody is to the console. */
export const session = z
  .strictObject({
    role,
    /** How it is known: a session cookie, a bearer token, or OIDC at the load balancer. */
    via: z.enum(["session", "bearer", "oidc"]),
    /** Of OIDC, as the identity provider names the person. */
    name: z.string().optional(),
    /** When to sign in again; absent for bearer tokens. */
    expiresAt: instant.optional(),
  })
  .openapi("Session");
export type Session = z.output<typeof session>;

export const signIn = z.strictObject({
  /** One of the two tokens that Secrets Manager keeps. */
  token: z.string().min(1).max(500),
});

/** What the console is and what it takes; readable without signing in. */
export const about = z
  .strictObject({
    /** How to sign in: by token in the page, or at the load balancer, which has done so already. */
    signIn: z.enum(["token", "oidc"]),
    uploads: z.strictObject({
      /** Bytes of a file that one form takes at most. */
      formMaxBytes: z.int(),
      /** Bytes above which a file is sent in parts, so that it can be resumed. */
      multipartAboveBytes: z.int(),
      /** Bytes of a file at most. */
      maxBytes: z.int(),
    }),
    pipelines: z.array(
      z.strictObject({
        name: z.string(),
        prefix: z.string(),
        suffixes: z.array(z.string()),
        /** Bytes above which a file has a task of its own. */
        dedicatedAboveBytes: z.int(),
      }),
    ),
  })
  .openapi("About");
export type About = z.output<typeof about>;
