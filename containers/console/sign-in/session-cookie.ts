import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { jwtVerify, SignJWT } from "jose";
import { type Role, role, type Session } from "../api/schemas/session.ts";

/** How long a session lasts: a working day. */
export const SESSION_SECONDS = 12 * 3_600;
const ISSUER = "longshore-console";

/** The cookie's name says to browsers that nothing but this host, by TLS, has set it. */
const SECURE_NAME = "__Host-longshore-session";
const PLAIN_NAME = "longshore-session";

/** Signs a session into the cookie. */
export async function giveSession(
  context: Context,
  key: Uint8Array,
  signedIn: Role,
  now: Date,
): Promise<Session> {
  const expires = Math.floor(now.getTime() / 1000) + SESSION_SECONDS;
  const value = await new SignJWT({ role: signedIn })
    .setProtectedHeader({ alg: "HS256" })
    .setIssuer(ISSUER)
    .setExpirationTime(expires)
    .sign(key);
  const secure = isSecure(context);
  setCookie(context, secure ? SECURE_NAME : PLAIN_NAME, value, {
    path: "/",
    httpOnly: true,
    sameSite: "Strict",
    secure,
    maxAge: SESSION_SECONDS,
  });
  return { role: signedIn, via: "session", expiresAt: new Date(expires * 1000).toISOString() };
}

export function takeSession(context: Context): void {
  const secure = isSecure(context);
  deleteCookie(context, secure ? SECURE_NAME : PLAIN_NAME, { path: "/", secure });
}

/** The session that the cookie holds; undefined without one, and when it is not ours or has ended. */
export async function readSession(
  context: Context,
  key: Uint8Array,
  now: Date,
): Promise<Session | undefined> {
  const value = getCookie(context, isSecure(context) ? SECURE_NAME : PLAIN_NAME);
  if (value === undefined) return undefined;
  try {
    const { payload } = await jwtVerify(value, key, {
      algorithms: ["HS256"],
      issuer: ISSUER,
      currentDate: now,
      requiredClaims: ["exp"],
    });
    const signedIn = role.parse(payload.role);
    return {
      role: signedIn,
      via: "session",
      expiresAt: new Date((payload.exp ?? 0) * 1000).toISOString(),
    };
  } catch {
    return undefined;
  }
}

/** Whether the browser came by TLS, as the load balancer says; a client that lies about it keeps its own cookie only. */
function isSecure(context: Context): boolean {
  return (
    context.req.header("x-forwarded-proto") === "https" || new URL(context.req.url).protocol === "https:"
  );
}
