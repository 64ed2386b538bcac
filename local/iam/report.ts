import type { RecordLine } from "./decision-file.ts";
import type { Patterns, Statement } from "./policy-document.ts";
import { matchesWildcard } from "./wildcard.ts";

/** What the runs on record say about one role. */
export interface RoleReport {
  readonly role: string;
  /** Actions that were allowed, each with the resources that it was used on. */
  readonly used: ReadonlyMap<string, readonly string[]>;
  readonly refused: readonly {
    readonly action: string;
    readonly resource: string;
    readonly reason: string;
  }[];
  /** What statements allow and no run has used. */
  readonly neverUsed: readonly UnusedGrant[];
}

/** A part of a statement: actions that were not used at all, or resources that none of its actions was used on. */
export interface UnusedGrant {
  readonly policy: string;
  /** Its Sid, or its place in the policy, from 0. */
  readonly statement: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

type RoleLine = Extract<RecordLine, { kind: "role" }>;
type DecisionLine = Extract<RecordLine, { kind: "decision" }>;
type Use = Pick<DecisionLine, "action" | "resource">;

/** Role by role, in the order of their names; services that act by resource policies have no grants of their own. */
export function reportRoles(lines: readonly RecordLine[]): readonly RoleReport[] {
  const roles = Map.groupBy(
    lines.filter((line) => line.kind === "role"),
    ({ role }) => role,
  );
  const decisions = Map.groupBy(
    lines.filter((line) => line.kind === "decision"),
    ({ principal }) => principal,
  );
  const names = [...new Set([...roles.keys(), ...decisions.keys()])].sort();
  return names.map((name) => reportRole(name, grantsOf(roles.get(name) ?? []), decisions.get(name) ?? []));
}

function reportRole(role: string, grants: readonly Grant[], decisions: readonly DecisionLine[]): RoleReport {
  const allowed = decisions.filter(({ decision }) => decision === "allowed");
  const byAction = Map.groupBy(allowed, ({ action }) => action);
  const refused = new Map(
    decisions
      .filter(({ decision }) => decision === "denied")
      .map(({ action, resource, reason = "" }) => [`${action} ${resource}`, { action, resource, reason }]),
  );
  return {
    role,
    used: new Map(
      [...byAction.keys()]
        .sort()
        .map((action) => [
          action,
          [...new Set(byAction.get(action)?.map(({ resource }) => resource))].sort(),
        ]),
    ),
    refused: [...refused.values()],
    neverUsed: grants.flatMap((grant) => unusedPart(grant, allowed)),
  };
}

interface Grant {
  readonly policy: string;
  /** Its Sid, or its place in the policy, from 0. */
  readonly statement: string;
  readonly granted: Statement;
}

/** What the runs on record grant a role: with settings of their own, some grant it more than others. */
function grantsOf(runs: readonly RoleLine[]): readonly Grant[] {
  const grants = new Map<string, Grant>();
  for (const { name, document } of runs.flatMap(({ policies }) => policies)) {
    for (const [index, statement] of document.statements.entries()) {
      const granted = { ...statement, resources: statement.resources && lasting(statement.resources) };
      const key = JSON.stringify([name, granted]);
      if (!grants.has(key))
        grants.set(key, { policy: name, statement: granted.sid ?? String(index), granted });
    }
  }
  return [...grants.values()];
}

/** A secret's ARN ends in six characters that differ from run to run. */
function lasting({ negated, patterns }: Patterns): Patterns {
  return {
    negated,
    patterns: patterns.map((arn) => arn.replace(/^(arn:[^:]*:secretsmanager:.*-)\w{6}$/, "$1??????")),
  };
}

function unusedPart({ policy, statement, granted }: Grant, uses: readonly Use[]): readonly UnusedGrant[] {
  const { effect, actions, resources } = granted;
  // What a negated list grants cannot be counted up.
  if (effect === "Deny" || actions.negated || resources?.negated) return [];
  const patterns = resources?.patterns ?? ["*"];
  const own = uses.filter(
    (use) =>
      actions.patterns.some((action) => matchesWildcard(action, use.action, true)) &&
      patterns.some((resource) => covers(resource, use.resource)),
  );
  const idleActions = actions.patterns.filter(
    (action) => !own.some((use) => matchesWildcard(action, use.action, true)),
  );
  const idleResources = patterns.filter((resource) => !own.some((use) => covers(resource, use.resource)));
  if (own.length === 0) return [{ policy, statement, actions: idleActions, resources: patterns }];
  return [
    ...(idleActions.length > 0 ? [{ policy, statement, actions: idleActions, resources: patterns }] : []),
    ...(idleResources.length > 0
      ? [{ policy, statement, actions: actions.patterns, resources: idleResources }]
      : []),
  ];
}

/** A policy variable stands for any text here. */
function covers(pattern: string, resource: string): boolean {
  return matchesWildcard(pattern.replaceAll(/\$\{[^}]*\}/g, "*"), resource);
}
