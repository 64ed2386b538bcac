import type { PermissionConfig } from "./function-config.ts";

export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Id: "default";
  readonly Statement: readonly Record<string, unknown>[];
}

/** A function's resource policy, as Lambda writes it for the permissions that were added; undefined without any. */
export function resourcePolicy(
  functionArn: string,
  permissions: readonly PermissionConfig[],
): PolicyDocument | undefined {
  if (permissions.length === 0) return undefined;
  const statements = permissions.map((permission) => statement(functionArn, permission));
  return { Version: "2012-10-17", Id: "default", Statement: statements };
}

function statement(functionArn: string, permission: PermissionConfig): Record<string, unknown> {
  const { sourceArn } = permission;
  const equals = {
    ...(permission.sourceAccount && { "AWS:SourceAccount": permission.sourceAccount }),
    ...(permission.principalOrgId && { "aws:PrincipalOrgID": permission.principalOrgId }),
    ...(permission.eventSourceToken && { "lambda:EventSourceToken": permission.eventSourceToken }),
    ...(permission.functionUrlAuthType && { "lambda:FunctionUrlAuthType": permission.functionUrlAuthType }),
  };
  const condition = {
    ...(Object.keys(equals).length > 0 && { StringEquals: equals }),
    ...(sourceArn && { ArnLike: { "AWS:SourceArn": sourceArn } }),
  };
  return {
    Sid: permission.statementId,
    Effect: "Allow",
    Principal: principal(permission.principal),
    Action: permission.action,
    Resource: functionArn,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}

function principal(text: string): unknown {
  if (text === "*") return "*";
  if (/^\d{12}$/.test(text)) return { AWS: `arn:aws:iam::${text}:root` };
  return text.startsWith("arn:") ? { AWS: text } : { Service: text };
}
