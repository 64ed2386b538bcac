import { z } from "zod";
import { decideAssumeRole } from "../iam/assume-role.ts";
import type { DecisionRecord } from "../iam/authorizer.ts";
import { contextOf, policiesOfCaller, principalOf } from "../iam/caller.ts";
import { MalformedPolicyError, type NamedPolicy, parsePolicy } from "../iam/policy-document.ts";
import type { Roles } from "../iam/roles.ts";
import type { Sessions } from "../iam/sessions.ts";
import { AwsError } from "../wire/aws-error.ts";
import { operation } from "../wire/operation.ts";
import { queryService } from "../wire/query-service.ts";
import type { Realm } from "../wire/realm.ts";
import type { Caller, GatewayService } from "../wire/service.ts";

export interface StsOptions {
  readonly realm: Realm;
  readonly roles: Roles;
  readonly sessions: Sessions;
  /** Told of each decision on AssumeRole. */
  readonly record?: ((record: DecisionRecord) => void) | undefined;
}

/** A role's session that takes on another role may last an hour at most. (IAM, role chaining) */
const CHAINED_SECONDS = 3_600;

const define = operation<StsOptions>();

const assumeRoleInput = z.strictObject({
  RoleArn: z.string(),
  RoleSessionName: z.string().regex(/^[\w+=,.@-]{2,64}$/, "2 to 64 letters, digits or any of _+=,.@-"),
  DurationSeconds: z.coerce.number().int().min(900).max(43_200).default(3_600),
  ExternalId: z.string().optional(),
  Policy: z.string().max(2_048).optional(),
});

/** STS: who am I, and a role's session for whom its trust policy lets in. */
export function createSts(options: StsOptions): GatewayService {
  return queryService({
    signingNames: ["sts"],
    xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    service: options,
    operations: {
      GetCallerIdentity: define(z.strictObject({}), ({ realm, roles }, _input, { caller }) => {
        if (caller.kind === "anonymous") {
          throw new AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", {
            statusCode: 403,
          });
        }
        return {
          UserId: userIdOf(caller, roles) ?? realm.accountId,
          Account: realm.accountId,
          Arn: caller.arn,
        };
      }),
      AssumeRole: define(assumeRoleInput, (sts, input, { caller }) => assumeRole(sts, input, caller)),
    },
  });
}

function assumeRole(sts: StsOptions, input: z.output<typeof assumeRoleInput>, caller: Caller) {
  const { realm, roles, sessions } = sts;
  const role = roles.role(input.RoleArn);
  const principal = principalOf(caller);
  const context = contextOf(principal, {
    region: realm.region,
    now: Date.now(),
    userId: userIdOf(caller, roles),
    more: { "sts:ExternalId": input.ExternalId, "sts:RoleSessionName": input.RoleSessionName },
  });
  const decision =
    role?.arn === input.RoleArn
      ? decideAssumeRole(role, principal, context, policiesOfCaller(caller, roles, sessions))
      : undefined;
  if (caller.kind === "role" && role && decision) {
    sts.record?.({
      principal: lastPart(caller.roleArn ?? caller.arn),
      action: "sts:AssumeRole",
      resource: role.arn,
      decision: decision.decision,
      ...(decision.decision === "allowed" ? { by: decision.by } : { reason: decision.reason }),
    });
  }
  if (!role || decision?.decision !== "allowed") {
    // AWS says the same of a role that does not exist.
    const reason = decision?.decision === "denied" ? ` ${decision.reason}` : "";
    throw new AwsError(
      "AccessDenied",
      `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${input.RoleArn}${reason}`,
      { statusCode: 403 },
    );
  }
  const longest = caller.kind === "role" ? CHAINED_SECONDS : role.maxSessionSeconds;
  if (input.DurationSeconds > longest) {
    throw new AwsError(
      "ValidationError",
      `The requested DurationSeconds exceeds the ${longest} seconds that a session of this role may last.`,
    );
  }
  const session = sessions.issue(role, input.RoleSessionName, {
    durationSeconds: input.DurationSeconds,
    ...(input.Policy !== undefined && { sessionPolicy: readSessionPolicy(input.Policy) }),
  });
  return {
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
      Expiration: new Date(session.expiresAt),
    },
    AssumedRoleUser: { AssumedRoleId: session.userId, Arn: session.arn },
  };
}

function readSessionPolicy(json: string): NamedPolicy {
  try {
    return parsePolicy("session policy", json);
  } catch (error) {
    if (!(error instanceof MalformedPolicyError)) throw error;
    throw new AwsError("MalformedPolicyDocument", error.message, { cause: error });
  }
}

function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

function userIdOf({ arn, roleArn }: Caller, roles: Roles): string | undefined {
  const role = roleArn === undefined ? undefined : roles.role(roleArn);
  return role && `${role.id}:${lastPart(arn)}`;
}
