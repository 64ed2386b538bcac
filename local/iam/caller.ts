import type { Caller } from "../wire/service.ts";
import { accountOf, RequestContext, type RequestPrincipal } from "./access-request.ts";
import type { EvaluationInput } from "./evaluate.ts";
import { parsePolicy } from "./policy-document.ts";
import type { Roles } from "./roles.ts";
import type { Sessions } from "./sessions.ts";

/** A caller of the endpoint, as policies see it. The administrator is a user whose own policy allows everything. */
export function principalOf(caller: Caller): RequestPrincipal {
  if (caller.kind === "anonymous") return { kind: "anonymous" };
  if (caller.kind === "role" && caller.roleArn !== undefined) {
    return { kind: "role", roleArn: caller.roleArn, sessionArn: caller.arn };
  }
  return { kind: "user", userArn: caller.arn };
}

const ADMINISTRATOR = parsePolicy("AdministratorAccess", {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "*", Resource: "*" },
});

/** What a caller brings along itself: identity policies, permissions boundary and session policy. */
export function policiesOfCaller(
  caller: Caller,
  roles: Roles,
  sessions: Pick<Sessions, "find">,
): Pick<EvaluationInput, "identityPolicies" | "permissionsBoundary" | "sessionPolicy"> {
  if (caller.kind === "admin") return { identityPolicies: [ADMINISTRATOR] };
  const { roleArn, accessKeyId } = caller;
  if (roleArn === undefined) return { identityPolicies: [] };
  return {
    identityPolicies: roles.policiesOf(roleArn),
    permissionsBoundary: roles.role(roleArn)?.permissionsBoundary,
    sessionPolicy: accessKeyId === undefined ? undefined : sessions.find(accessKeyId)?.sessionPolicy,
  };
}

export interface GlobalContext {
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly sourceIp?: string | undefined;
  readonly userAgent?: string | undefined;
  /** `<role id>:<session name>` of a role's session. */
  readonly userId?: string | undefined;
  /** For calls that a service makes on a resource's behalf. */
  readonly sourceArn?: string | undefined;
  /** Condition keys of the service that is called, e.g. `s3:prefix`. */
  readonly more?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined;
}

/**
 * The global condition keys of a request. (IAM user guide, global condition context keys)
 * `aws:SecureTransport` is true although the endpoint speaks plain HTTP: on AWS the same client comes over TLS,
 * and a policy that insists on it is there to be played, not to shut everyone out.
 */
export function contextOf(principal: RequestPrincipal, global: GlobalContext): RequestContext {
  const principalArn =
    principal.kind === "role" ? principal.roleArn : principal.kind === "user" ? principal.userArn : undefined;
  const isService = principal.kind === "service";
  return new RequestContext({
    "aws:SecureTransport": "true",
    "aws:CurrentTime": new Date(global.now).toISOString(),
    "aws:EpochTime": String(Math.floor(global.now / 1000)),
    "aws:RequestedRegion": global.region,
    "aws:SourceIp": isService ? undefined : global.sourceIp,
    "aws:UserAgent": global.userAgent,
    "aws:PrincipalArn": principalArn,
    "aws:PrincipalAccount": principalArn && accountOf(principalArn),
    "aws:PrincipalType":
      principal.kind === "role" ? "AssumedRole" : principal.kind === "user" ? "User" : undefined,
    "aws:PrincipalIsAWSService": String(isService),
    "aws:PrincipalServiceName": isService ? principal.service : undefined,
    "aws:userid": global.userId,
    "aws:SourceArn": global.sourceArn,
    "aws:SourceAccount": global.sourceArn && accountOf(global.sourceArn),
    "aws:ViaAWSService": "false",
    ...global.more,
  });
}
