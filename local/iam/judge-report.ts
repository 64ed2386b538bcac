import type { RoleReport } from "./report.ts";
import { matchesWildcard } from "./wildcard.ts";

/** Grants that no run uses, or refusals that tests ask for, and why they are right. `*` and `?` as in a policy. */
export interface Accepted {
  /** Names of roles, or service principals. */
  readonly roles: readonly string[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly reason: string;
}

/** Actions on resources that share a reason; undefined where nothing accepts them. */
export interface Judged {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly reason: string | undefined;
}

export interface JudgedRole {
  readonly role: string;
  readonly neverUsed: readonly Judged[];
  readonly refused: readonly Judged[];
}

/** What of a role's report is accepted, with the reason, and what is not. */
export function judgeRole(
  { role, neverUsed, refused }: RoleReport,
  lists: { readonly unused: readonly Accepted[]; readonly refusals: readonly Accepted[] },
): JudgedRole {
  return {
    role,
    neverUsed: judged(role, neverUsed, lists.unused),
    refused: judged(
      role,
      refused.map(({ action, resource }) => ({ actions: [action], resources: [resource] })),
      lists.refusals,
    ),
  };
}

function judged(
  role: string,
  found: readonly { readonly actions: readonly string[]; readonly resources: readonly string[] }[],
  accepted: readonly Accepted[],
): readonly Judged[] {
  const pairs = found.flatMap(({ actions, resources }) =>
    actions.flatMap((action) => resources.map((resource) => ({ action, resource }))),
  );
  const byReason = Map.groupBy(pairs, ({ action, resource }) =>
    accepted.find((entry) => accepts(entry, role, action, resource)),
  );
  return [...byReason].map(([entry, some]) => ({
    actions: [...new Set(some.map(({ action }) => action))],
    resources: [...new Set(some.map(({ resource }) => resource))],
    reason: entry?.reason,
  }));
}

function accepts({ roles, actions, resources }: Accepted, role: string, action: string, resource: string) {
  return (
    roles.some((pattern) => matchesWildcard(pattern, role)) &&
    actions.some((pattern) => matchesWildcard(pattern, action, true)) &&
    resources.some((pattern) => matchesWildcard(pattern, resource))
  );
}
