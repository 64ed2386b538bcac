import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { z } from "zod";
import type { Role, Session } from "../api/schemas/session.ts";
import { albKeysUrl } from "./alb-keys.ts";

/** How people that the load balancer has signed in are told apart. */
const settings = z.strictObject({
  /** ARN of the load balancer: nobody else's word counts. */
  signer: z.string().startsWith("arn:"),
  /** Where the load balancer's public keys are, by key id; by default where AWS has them for the signer's region. */
  keysUrl: z.url().optional(),
  /** The claim that says what somebody may: a text, or a list of them, such as `groups`. */
  roleClaim: z.string().min(1),
  /** Its values that make an administrator. */
  administrators: z.array(z.string().min(1)),
  /** Its values that make an uploader; absent, everybody is one whom the identity provider lets in. */
  uploaders: z.array(z.string().min(1)).optional(),
});

export const oidcSettings = settings.transform((given, { issues }) => {
  const [, , , region = ""] = given.signer.split(":");
  const keysUrl = given.keysUrl ?? albKeysUrl(region);
  if (keysUrl !== undefined) return { ...given, keysUrl };
  const message = `is needed: AWS documents no address of a load balancer's keys in ${region || "a signer without region"}`;
  issues.push({ code: "custom", path: ["keysUrl"], message, input: given });
  return z.NEVER;
});
export type OidcSettings = z.output<typeof oidcSettings>;
/** As the stack writes them. */
export type OidcSettingsInput = z.input<typeof oidcSettings>;

const header = z.looseObject({ alg: z.literal("ES256"), kid: z.uuid(), signer: z.string(), exp: z.number() });
const claims = z.looseObject({ sub: z.string(), exp: z.number().optional() });

/** The load balancer's keys change seldom; as many are kept as any would have in use. */
const MAX_KEYS = 16;
const KEY_TIMEOUT_MS = 3_000;

/** @returns who the header names; undefined when it is not the load balancer's, has expired, or names no role */
export type OidcVerifier = (data: string, now: Date) => Promise<Session | undefined>;

/**
 * Verifies `x-amzn-oidc-data`. Its parts are padded, which the JWT standard forbids and libraries refuse, and the
 * signature covers the padding. Source: Elastic Load Balancing user guide, "Authenticate users using an Application
 * Load Balancer".
 */
export function oidcVerifier(settings: OidcSettings): OidcVerifier {
  const keys = new Map<string, Promise<KeyObject>>();
  const keyOf = (kid: string) => {
    let key = keys.get(kid);
    if (!key) {
      key = fetchKey(settings.keysUrl, kid);
      // A key that could not be had is asked for again.
      key.catch(() => keys.delete(kid));
      keys.set(kid, key);
      const [oldest] = keys.keys();
      if (keys.size > MAX_KEYS && oldest !== undefined) keys.delete(oldest);
    }
    return key;
  };
  return async (data, now) => {
    const [head = "", body = "", signature = ""] = data.split(".");
    const parsed = header.safeParse(jsonOf(head));
    if (!parsed.success || parsed.data.signer !== settings.signer) return undefined;
    const { kid, exp } = parsed.data;
    if (exp * 1000 <= now.getTime()) return undefined;
    const key = await keyOf(kid);
    const isGenuine = verify(
      "sha256",
      Buffer.from(`${head}.${body}`),
      { key, dsaEncoding: "ieee-p1363" },
      Buffer.from(signature, "base64url"),
    );
    const person = claims.safeParse(jsonOf(body));
    if (!isGenuine || !person.success) return undefined;
    const role = roleOf(person.data[settings.roleClaim], settings);
    if (role === undefined) return undefined;
    const name = [person.data.email, person.data.name, person.data.sub].find(
      (text) => typeof text === "string",
    );
    return {
      role,
      via: "oidc",
      ...(typeof name === "string" ? { name } : {}),
      expiresAt: new Date(exp * 1000).toISOString(),
    };
  };
}

/** Identity providers write lists as such, or as one text with commas or spaces. */
function roleOf(claim: unknown, { administrators, uploaders }: OidcSettings): Role | undefined {
  const values = Array.isArray(claim)
    ? claim.map(String)
    : typeof claim === "string"
      ? [claim, ...claim.split(/[,\s]+/)]
      : [];
  if (values.some((value) => administrators.includes(value))) return "administrator";
  return uploaders === undefined || values.some((value) => uploaders.includes(value))
    ? "uploader"
    : undefined;
}

async function fetchKey(keysUrl: string, kid: string): Promise<KeyObject> {
  const url = `${keysUrl.replace(/\/$/, "")}/${kid}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(KEY_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`The load balancer's public key ${url} answers ${response.status}`);
  return createPublicKey(await response.text());
}

function jsonOf(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
