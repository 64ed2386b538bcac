import type { Api } from "../api/api.ts";
import { tooMany } from "../api/guard.ts";
import { createSession, deleteSession, readAbout, readSession } from "../api/routes/session.ts";
import type { About } from "../api/schemas/session.ts";
import { clientAddress } from "../limits/client-address.ts";
import { TokenBuckets } from "../limits/token-buckets.ts";
import { Problem } from "../problem.ts";
import type { SignInPlace } from "./identify.ts";
import { giveSession, takeSession } from "./session-cookie.ts";
import { roleOfToken, sessionKey } from "./tokens.ts";

/** Wrong tokens of one client: nobody guesses one of 40 characters, and the log stays readable. */
const WRONG_TOKENS = { burst: 10, perSecond: 1 / 6 };

export interface SignInRoutes extends SignInPlace {
  readonly about: About;
  readonly proxies: number;
  /** Told of each wrong token. */
  readonly onRefused: (client: string) => void;
}

/** What the console is, who is signed in, signing in and out. */
export function signInRoutes(api: Api, place: SignInRoutes): void {
  const { tokens, about, proxies, now, onRefused } = place;
  const key = sessionKey(tokens);
  const wrong = new TokenBuckets(WRONG_TOKENS);
  api.openapi(readAbout, (context) => context.json(about, 200));
  api.openapi(readSession, (context) => context.json(context.get("session"), 200));
  api.openapi(createSession, async (context) => {
    if (about.signIn === "oidc") {
      throw new Problem(
        409,
        "sign-in",
        "by token",
        "the load balancer signs people in here; programs send a bearer token",
      );
    }
    const client = clientAddress(context, proxies);
    const time = now().getTime();
    const seconds = wrong.wait(client, time);
    if (seconds > 0) throw tooMany("wrong tokens", WRONG_TOKENS, seconds);
    const role = roleOfToken(tokens, context.req.valid("json").token);
    if (role === undefined) {
      wrong.take(client, time);
      onRefused(client);
      throw new Problem(
        401,
        "token",
        "not one of ours",
        "it is one of the two that Secrets Manager keeps for the console",
      );
    }
    return context.json(await giveSession(context, key, role, now()), 201);
  });
  api.openapi(deleteSession, (context) => {
    takeSession(context);
    return context.body(null, 204);
  });
}
