import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { clientAddress } from "../limits/client-address.ts";
import { TokenBuckets } from "../limits/token-buckets.ts";
import { Problem } from "../problem.ts";
import type { Identify } from "../sign-in/identify.ts";
import { checkSameSite } from "../sign-in/same-site.ts";
import type { Api, ApiEnvironment } from "./api.ts";
import { CONTRACT } from "./contract.ts";
import type { Access } from "./routes/describe.ts";

export interface GuardOptions {
  readonly identify: Identify;
  /** Load balancers between clients and this service that add to X-Forwarded-For. */
  readonly proxies: number;
  readonly now: () => Date;
}

const MAX_BODY_BYTES = 64 * 1024;
/** Each file of a drop asks for a form of its own: ten thousand at once go through in half a minute. */
const REQUESTS = { burst: 1_000, perSecond: 300 };

/** Puts before each route of the contract what its `x-access` says. */
export function guard(api: Api, options: GuardOptions): void {
  api.use("/api/*", limitRate(options), limitBody(), sameSite());
  for (const route of CONTRACT) {
    if (route["x-access"] === "public") continue;
    api.on(route.method, route.getRoutingPath(), admit(route["x-access"], options.identify));
  }
}

/** @throws Problem 401 without a session, 403 for the wrong role */
function admit(access: Access, identify: Identify): MiddlewareHandler<ApiEnvironment> {
  return async (context, next) => {
    const session = await identify(context);
    if (!session) {
      throw new Problem(
        401,
        "session",
        "not there, or over",
        "sign in with a token, or send it as a bearer token",
        {
          "www-authenticate": "Bearer",
        },
      );
    }
    if (access === "administrator" && session.role !== "administrator") {
      throw new Problem(403, "role", session.role, "this is for administrators");
    }
    context.set("session", session);
    await next();
  };
}

/** Only bearer tokens cannot be sent by another site's page: whatever else changes something comes from ours. */
function sameSite(): MiddlewareHandler {
  return async ({ req }, next) => {
    const isChange = req.method !== "GET" && req.method !== "HEAD";
    if (isChange && req.header("authorization") === undefined) {
      checkSameSite({
        fetchSite: req.header("sec-fetch-site"),
        origin: req.header("origin"),
        host: req.header("host"),
      });
    }
    await next();
  };
}

function limitRate({ proxies, now }: GuardOptions): MiddlewareHandler {
  const buckets = new TokenBuckets(REQUESTS);
  return async (context, next) => {
    const seconds = buckets.take(clientAddress(context, proxies), now().getTime());
    if (seconds > 0) throw tooMany("requests", REQUESTS, seconds);
    await next();
  };
}

/** @param what is counted */
export function tooMany(
  what: string,
  { burst, perSecond }: { burst: number; perSecond: number },
  seconds: number,
): Problem {
  const rate = perSecond >= 1 ? `${perSecond} a second` : `one in ${Math.round(1 / perSecond)} seconds`;
  return new Problem(
    429,
    what,
    `more than ${burst} at once`,
    `${rate} are taken; come back in ${seconds} s`,
    {
      "retry-after": String(seconds),
    },
  );
}

function limitBody(): MiddlewareHandler {
  return bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: () => {
      throw new Problem(413, "the request's body", "larger", `it has at most ${MAX_BODY_BYTES} bytes`);
    },
  });
}
