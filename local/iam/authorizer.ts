import { AwsError } from "../wire/aws-error.ts";
import type { Caller } from "../wire/service.ts";
import type { RequestPrincipal } from "./access-request.ts";
import { ACTIONS } from "./actions/actions.ts";
import type { Requirement, ResourceFacts } from "./actions/requirement.ts";
import { decideAssumeRole } from "./assume-role.ts";
import { contextOf, policiesOfCaller, principalOf } from "./caller.ts";
import { accessDenied, denialMessage } from "./denial.ts";
import { type DecidedBy, type Decision, evaluate } from "./evaluate.ts";
import { MalformedPolicyError, type NamedPolicy } from "./policy-document.ts";
import type { Role, Roles } from "./roles.ts";
import type { Sessions } from "./sessions.ts";
import { unfilledKeys } from "./unfilled-keys.ts";

/** One answered question, for the log and for `npm run iam-report`. */
export interface DecisionRecord {
  /** The role's name, or the service principal. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly decision: "allowed" | "denied";
  /** Of an allowed one. */
  readonly by?: DecidedBy;
  /** Of a denied one. */
  readonly reason?: string;
}

export interface AuthorizerOptions {
  readonly roles: Roles;
  readonly sessions: Sessions;
  readonly facts: ResourceFacts;
  /** @throws MalformedPolicyError */
  readonly resourcePolicy: (resource: string) => NamedPolicy | undefined;
  /** Told of each refusal; the same one is said once in a while. */
  readonly log: (line: string) => void;
  readonly record?: ((record: DecisionRecord) => void) | undefined;
}

/** A call that somebody makes through the endpoint. */
export interface ServiceCall {
  readonly caller: Caller;
  /** Signing name. */
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
  readonly sourceIp?: string | undefined;
  readonly userAgent?: string | undefined;
}

/** Decides on the template's policies, and keeps book. */
export interface Authorizer {
  /** @throws AwsError as the service words a refusal */
  call(call: ServiceCall): void;
  /** Why a role may not do something that a service does for it; undefined when it may. */
  roleRefusal(roleArn: string, sessionName: string, required: Requirement): string | undefined;
  /** Why a service may not act on a resource on behalf of another; undefined when it may. */
  serviceRefusal(service: string, sourceArn: string, required: Requirement): string | undefined;
  /** Tells of condition keys in the roles' policies that are not filled here. Call when the template has been played. */
  explain(): void;
  /**
   * A caller for what a service does in a role.
   * @param sourceArn what it does that for, as `aws:SourceArn` of the role's trust policy
   * @throws AwsError AssumeRoleFailed when the role does not let it
   */
  assume(service: string, roleArn: string, sessionName: string, sourceArn?: string): Caller;
}

/** How long the same refusal is not repeated in the log; callers in a loop would fill it. */
const QUIET_MS = 60_000;

export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const { roles, sessions, facts } = options;
  const { realm } = facts;
  const said = new Map<string, number>();

  const say = (message: string) => {
    const now = Date.now();
    for (const [line, at] of said) if (now - at > QUIET_MS) said.delete(line);
    if (said.has(message)) return;
    said.set(message, now);
    options.log(`iam: refused: ${message}`);
  };

  /** @returns the refusal's message */
  const decide = (
    principal: RequestPrincipal,
    { action, resource, context }: Requirement,
    own: Omit<Parameters<typeof evaluate>[0], "request" | "resourcePolicy">,
    global: {
      sourceIp?: string | undefined;
      userAgent?: string | undefined;
      userId?: string;
      sourceArn?: string;
    },
  ): string | undefined => {
    const request = {
      action,
      resource,
      principal,
      context: contextOf(principal, {
        region: realm.region,
        now: Date.now(),
        ...global,
        more: { "aws:ResourceAccount": realm.accountId, ...context },
      }),
    };
    const decision = tryEvaluate(() =>
      evaluate({ request, ...own, resourcePolicy: options.resourcePolicy(resource) }),
    );
    const name = nameOf(principal);
    if (decision.decision === "allowed") {
      options.record?.({ principal: name, action, resource, decision: "allowed", by: decision.by });
      return undefined;
    }
    const { reason } = decision;
    options.record?.({ principal: name, action, resource, decision: "denied", reason });
    const message = denialMessage(arnOf(principal), { action, resource }, reason);
    say(message);
    return message;
  };

  const asCaller = (
    caller: Caller,
    required: Requirement,
    from: Pick<ServiceCall, "sourceIp" | "userAgent">,
  ) =>
    decide(principalOf(caller), required, policiesOfCaller(caller, roles, sessions), {
      ...from,
      ...userIdOf(caller, roles),
    });

  const sessionOf = (role: Role | undefined, roleArn: string, sessionName: string): Caller => ({
    kind: "role",
    arn: `arn:${realm.partition}:sts::${realm.accountId}:assumed-role/${role?.name ?? roleArn.split("/").at(-1)}/${sessionName}`,
    roleArn,
  });

  return {
    call({ caller, service, operation, input, ...from }) {
      if (caller.kind === "admin") return;
      const mapping = ACTIONS[service]?.[operation];
      if (!mapping) {
        const message =
          `User: ${caller.arn} is not authorized to perform ${service} ${operation}: ` +
          "the local runtime does not know which IAM action this operation needs";
        say(message);
        throw accessDenied(service, message);
      }
      for (const required of mapping(input, facts)) {
        const refusal = asCaller(caller, required, from);
        if (refusal !== undefined) throw accessDenied(service, refusal);
      }
    },
    roleRefusal: (roleArn, sessionName, required) =>
      asCaller(sessionOf(roles.role(roleArn), roleArn, sessionName), required, {}),
    serviceRefusal: (service, sourceArn, required) =>
      decide({ kind: "service", service }, required, { identityPolicies: [] }, { sourceArn }),
    explain() {
      for (const { arn } of roles.all()) {
        for (const policy of roles.policiesOf(arn)) explainKeys(policy, options.log);
      }
    },
    assume(service, roleArn, sessionName, sourceArn) {
      const role = roles.role(roleArn);
      const principal: RequestPrincipal = { kind: "service", service };
      const context = contextOf(principal, { region: realm.region, now: Date.now(), sourceArn });
      const decision = role && decideAssumeRole(role, principal, context);
      if (decision?.decision !== "allowed") {
        const reason = decision ? decision.reason : "because it does not exist";
        const message = `${service} cannot assume the role ${roleArn} ${reason}`;
        say(message);
        throw new AwsError("AssumeRoleFailed", message, { statusCode: 403 });
      }
      return sessionOf(role, roleArn, sessionName);
    },
  };
}

/** Nothing is left out without a word: a condition that cannot be decided as on AWS is named. */
export function explainKeys({ name, document }: NamedPolicy, log: (line: string) => void): void {
  const keys = unfilledKeys(document);
  if (keys.length > 0) log(`iam: ${name}: decided as if requests did not carry ${keys.join(", ")}`);
}

/** A policy that cannot be read allows nothing. */
function tryEvaluate(run: () => Decision): Decision {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof MalformedPolicyError)) throw error;
    return { decision: "denied", kind: "implicit", reason: `because ${error.message}` };
  }
}

function userIdOf({ arn, roleArn }: Caller, roles: Roles): { userId?: string } {
  const role = roleArn === undefined ? undefined : roles.role(roleArn);
  return role ? { userId: `${role.id}:${arn.slice(arn.lastIndexOf("/") + 1)}` } : {};
}

function nameOf(principal: RequestPrincipal): string {
  if (principal.kind === "role") return principal.roleArn.split("/").at(-1) ?? principal.roleArn;
  return arnOf(principal);
}

function arnOf(principal: RequestPrincipal): string {
  switch (principal.kind) {
    case "role":
      return principal.sessionArn;
    case "user":
      return principal.userArn;
    case "service":
      return principal.service;
    case "anonymous":
      return "anonymous";
  }
}
