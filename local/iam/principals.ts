import { accountOf, type RequestPrincipal } from "./access-request.ts";
import type { Principals } from "./policy-document.ts";

/**
 * How a statement's principals name the caller.
 * `session`: the session itself or everyone; a boundary or session policy does not limit what that grants.
 * `role`: the role or user behind the call; they do limit it.
 * `account`: the whole account, which only hands the question on to the caller's own policies.
 */
export type PrincipalMatch = "session" | "role" | "account" | "none";

const STRENGTH: readonly PrincipalMatch[] = ["none", "account", "role", "session"];

export function matchPrincipals(principals: Principals, caller: RequestPrincipal): PrincipalMatch {
  const matches = Object.entries(principals.byKind).flatMap(([kind, values]) =>
    values.map((value) => matchOne(kind, value, caller)),
  );
  const best = matches.reduce<PrincipalMatch>(
    (found, match) => (STRENGTH.indexOf(match) > STRENGTH.indexOf(found) ? match : found),
    "none",
  );
  if (!principals.negated) return best;
  return best === "none" ? "session" : "none";
}

function matchOne(kind: string, value: string, caller: RequestPrincipal): PrincipalMatch {
  if (kind === "AWS" && value === "*") return "session";
  if (kind === "Service") {
    return caller.kind === "service" && caller.service === value ? "session" : "none";
  }
  if (kind !== "AWS" || (caller.kind !== "role" && caller.kind !== "user")) return "none";
  const [direct, behind] =
    caller.kind === "role" ? [caller.sessionArn, caller.roleArn] : [undefined, caller.userArn];
  if (value === direct) return "session";
  if (value === behind) return "role";
  const isAccount = /^\d{12}$/.test(value) || value.endsWith(":root");
  return isAccount && accountOf(value) === accountOf(behind) ? "account" : "none";
}
