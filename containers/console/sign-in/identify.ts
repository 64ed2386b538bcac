import type { Context } from "hono";
import type { Session } from "../api/schemas/session.ts";
import type { OidcVerifier } from "./oidc.ts";
import { readSession } from "./session-cookie.ts";
import { roleOfToken, sessionKey, type Tokens } from "./tokens.ts";

export interface SignInPlace {
  readonly tokens: Tokens;
  /** Where the load balancer signs people in. */
  readonly oidc: OidcVerifier | undefined;
  readonly now: () => Date;
}

/** @returns who asks; undefined when nobody has signed in */
export type Identify = (context: Context) => Promise<Session | undefined>;

/** Tells who asks: by bearer token, by what the load balancer says, or by session cookie. */
export function createIdentify({ tokens, oidc, now }: SignInPlace): Identify {
  const key = sessionKey(tokens);
  return async (context) => {
    const bearer = /^Bearer +(\S+)$/i.exec(context.req.header("authorization") ?? "")?.[1];
    if (bearer !== undefined) {
      const role = roleOfToken(tokens, bearer);
      return role && { role, via: "bearer" };
    }
    const data = context.req.header("x-amzn-oidc-data");
    if (oidc && data !== undefined) return oidc(data, now());
    return readSession(context, key, now());
  };
}
