import type { RoleReport } from "./report.ts";
import { matchesWildcard } from "./wildcard.ts";

/** Grants that no run uses, or refusals that tests ask for, and why they are right. `*` and `?` as in a policy. */
export interface Accepted {
  /** Names of roles, or service principals. */
  readonly roles: readonly string[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly reason: string;
  /** What of it is used is so in some runs and not in others, for the reason that is given. */
  readonly sometimes?: boolean;
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

/** Parts of an entry that accept nothing: what they speak of is used, asked for no more, or another entry's. */
export interface Stale {
  readonly reason: string;
  /** The patterns, of roles, actions or resources. */
  readonly patterns: readonly string[];
}

export interface Judgement {
  readonly roles: readonly JudgedRole[];
  readonly stale: readonly Stale[];
}

/** What of the roles' reports is accepted, with the reason, what is not, and what of the lists accepts nothing. */
export function judgeRoles(
  reports: readonly RoleReport[],
  lists: { readonly unused: readonly Accepted[]; readonly refusals: readonly Accepted[] },
): Judgement {
  const unused = new Judge(lists.unused);
  const refusals = new Judge(lists.refusals);
  const roles = reports.map(({ role, neverUsed, refused }) => ({
    role,
    neverUsed: unused.judge(role, neverUsed),
    refused: refusals.judge(
      role,
      refused.map(({ action, resource }) => ({ actions: [action], resources: [resource] })),
    ),
  }));
  return { roles, stale: [...unused.stale(), ...refusals.stale()] };
}

const KINDS = ["roles", "actions", "resources"] as const;

/** Judges by one list, and keeps book of which of its patterns were needed. */
class Judge {
  readonly #entries: readonly Accepted[];
  readonly #needed = new Map<Accepted, Set<string>>();

  constructor(entries: readonly Accepted[]) {
    this.#entries = entries;
  }

  judge(
    role: string,
    found: readonly { readonly actions: readonly string[]; readonly resources: readonly string[] }[],
  ): readonly Judged[] {
    const pairs = found.flatMap(({ actions, resources }) =>
      actions.flatMap((action) => resources.map((resource) => ({ action, resource }))),
    );
    const byReason = Map.groupBy(pairs, ({ action, resource }) => this.#accepting(role, action, resource));
    return [...byReason].map(([entry, some]) => ({
      actions: [...new Set(some.map(({ action }) => action))],
      resources: [...new Set(some.map(({ resource }) => resource))],
      reason: entry?.reason,
    }));
  }

  stale(): readonly Stale[] {
    return this.#entries.flatMap((entry) => {
      const needed = this.#needed.get(entry);
      const patterns = KINDS.flatMap((kind) =>
        entry[kind].filter((pattern) => !needed?.has(`${kind} ${pattern}`)),
      );
      return entry.sometimes || patterns.length === 0 ? [] : [{ reason: entry.reason, patterns }];
    });
  }

  #accepting(role: string, action: string, resource: string): Accepted | undefined {
    const entry = this.#entries.find((one) => accepts(one, role, action, resource));
    if (!entry) return undefined;
    const needed = this.#needed.get(entry) ?? new Set();
    this.#needed.set(entry, needed);
    const texts = { roles: role, actions: action, resources: resource };
    for (const kind of KINDS) {
      for (const pattern of entry[kind]) {
        if (matchesWildcard(pattern, texts[kind], kind === "actions")) needed.add(`${kind} ${pattern}`);
      }
    }
    return entry;
  }
}

function accepts({ roles, actions, resources }: Accepted, role: string, action: string, resource: string) {
  return (
    roles.some((pattern) => matchesWildcard(pattern, role)) &&
    actions.some((pattern) => matchesWildcard(pattern, action, true)) &&
    resources.some((pattern) => matchesWildcard(pattern, resource))
  );
}
