import type { AccessRequest } from "./access-request.ts";
import type { NamedPolicy, Statement } from "./policy-document.ts";
import { matchPrincipals, type PrincipalMatch } from "./principals.ts";
import { statementApplies } from "./statement.ts";

/** The statement that a decision rests on. */
export interface DecidedBy {
  readonly policy: string;
  /** Its Sid, or its place in the policy, from 0. */
  readonly statement: string;
}

export type Decision =
  | { readonly decision: "allowed"; readonly by: DecidedBy }
  | {
      readonly decision: "denied";
      readonly kind: "explicit";
      readonly by: DecidedBy;
      readonly reason: string;
    }
  | { readonly decision: "denied"; readonly kind: "implicit"; readonly reason: string };

export interface EvaluationInput {
  readonly request: AccessRequest;
  /** The caller's own: inline and managed policies of its role; none for services and anonymous callers. */
  readonly identityPolicies: readonly NamedPolicy[];
  readonly resourcePolicy?: NamedPolicy | undefined;
  readonly permissionsBoundary?: NamedPolicy | undefined;
  /** Passed to AssumeRole; it narrows the session. */
  readonly sessionPolicy?: NamedPolicy | undefined;
  /**
   * The caller's own policies are not enough: the resource policy must let the caller or its account in. So it is
   * for a role's trust policy.
   */
  readonly resourcePolicyRequired?: boolean;
}

/**
 * IAM's decision for a caller of the resource's account: a deny anywhere wins; otherwise the identity policies or
 * the resource policy must allow, within the permissions boundary and the session policy.
 * (IAM user guide, policy evaluation logic)
 */
export function evaluate(input: EvaluationInput): Decision {
  const { request } = input;
  const caller = request.principal.kind;
  const own = caller === "role" || caller === "user";
  const identity = judge(own ? input.identityPolicies : [], request);
  const boundary = own && input.permissionsBoundary ? judge([input.permissionsBoundary], request) : undefined;
  const session = own && input.sessionPolicy ? judge([input.sessionPolicy], request) : undefined;
  const resource = judgeResource(input.resourcePolicy, request, Boolean(boundary));

  const judgements = [
    ["an identity-based policy", identity],
    ["a permissions boundary", boundary],
    ["a session policy", session],
    ["a resource-based policy", resource],
  ] as const;
  for (const [kind, judgement] of judgements) {
    if (!judgement?.deny) continue;
    const { policy, statement } = judgement.deny;
    const reason = `with an explicit deny in ${kind}: ${policy} (statement ${statement})`;
    return { decision: "denied", kind: "explicit", by: judgement.deny, reason };
  }
  // Named itself, the caller needs nothing else, and nothing but a deny takes it away again.
  if (resource.allow && resource.match === "session") return { decision: "allowed", by: resource.allow };

  const letIn = resource.match === "role" || resource.match === "account";
  const granted =
    resource.match === "role"
      ? (resource.allow ?? identity.allow)
      : input.resourcePolicyRequired && !letIn
        ? undefined
        : identity.allow;
  if (!granted)
    return implicit(own ? missing(input, letIn) : "because no resource-based policy allows the action");
  if (boundary && !boundary.allow) return implicit("because no permissions boundary allows the action");
  if (session && !session.allow) return implicit("because no session policy allows the action");
  return { decision: "allowed", by: granted };
}

function missing({ resourcePolicyRequired }: EvaluationInput, letIn: boolean): string {
  return resourcePolicyRequired && !letIn
    ? "because no resource-based policy allows the action"
    : "because no identity-based policy allows the action";
}

function implicit(reason: string): Decision {
  return { decision: "denied", kind: "implicit", reason };
}

interface Judgement {
  readonly deny?: DecidedBy | undefined;
  readonly allow?: DecidedBy | undefined;
}

function judge(policies: readonly NamedPolicy[], request: AccessRequest): Judgement {
  let allow: DecidedBy | undefined;
  for (const policy of policies) {
    for (const [index, statement] of policy.document.statements.entries()) {
      if (!statementApplies(statement, request, policy.document.version)) continue;
      const by = decidedBy(policy, statement, index);
      if (statement.effect === "Deny") return { deny: by };
      allow ??= by;
    }
  }
  return { allow };
}

/** Finds the strongest way in which the resource policy names the caller. */
function judgeResource(
  policy: NamedPolicy | undefined,
  request: AccessRequest,
  hasBoundary: boolean,
): Judgement & { readonly match: PrincipalMatch } {
  const allows: Partial<Record<PrincipalMatch, DecidedBy>> = {};
  for (const [index, statement] of (policy?.document.statements ?? []).entries()) {
    if (!policy || !statement.principals) continue;
    const match = matchPrincipals(statement.principals, request.principal);
    // "NotPrincipal with Deny always denies a caller with a permissions boundary" (IAM user guide, NotPrincipal)
    const deniesAnyway = hasBoundary && statement.effect === "Deny" && statement.principals.negated;
    if (match === "none" && !deniesAnyway) continue;
    if (!statementApplies(statement, request, policy.document.version)) continue;
    const by = decidedBy(policy, statement, index);
    if (statement.effect === "Deny") return { deny: by, match: "none" };
    allows[match] ??= by;
  }
  for (const match of ["session", "role", "account"] as const) {
    if (allows[match]) return { allow: allows[match], match };
  }
  return { match: "none" };
}

function decidedBy(policy: NamedPolicy, statement: Statement, index: number): DecidedBy {
  return { policy: policy.name, statement: statement.sid ?? String(index) };
}
