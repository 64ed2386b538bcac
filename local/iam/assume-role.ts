import type { RequestContext, RequestPrincipal } from "./access-request.ts";
import { type Decision, evaluate } from "./evaluate.ts";
import type { NamedPolicy } from "./policy-document.ts";
import type { Role } from "./roles.ts";

/**
 * Whether a principal may take on a role: its trust policy must let the principal in, by itself or through its
 * account. Services (`ecs-tasks.amazonaws.com`, `lambda.amazonaws.com`, ...) have no policies of their own.
 */
export function decideAssumeRole(
  role: Role,
  principal: RequestPrincipal,
  context: RequestContext,
  own: {
    readonly identityPolicies: readonly NamedPolicy[];
    readonly permissionsBoundary?: NamedPolicy | undefined;
    readonly sessionPolicy?: NamedPolicy | undefined;
  } = { identityPolicies: [] },
): Decision {
  return evaluate({
    request: { action: "sts:AssumeRole", resource: role.arn, principal, context },
    ...own,
    resourcePolicy: role.trustPolicy,
    resourcePolicyRequired: true,
  });
}
