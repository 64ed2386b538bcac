import type { Template } from "aws-cdk-lib/assertions";
import { z } from "zod";

const resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.array(z.string()).optional(),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
});
const statement = z.looseObject({
  Sid: z.string().optional(),
  Effect: z.string(),
  Action: z.union([z.string(), z.array(z.string())]).transform((action) => [action].flat()),
  Resource: z.unknown().transform((given) => (Array.isArray(given) ? given : [given]) as unknown[]),
  Principal: z.unknown().optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});
const document = z.looseObject({ Statement: z.array(statement) });

export type Resource = z.output<typeof resource>;
export type Statement = z.output<typeof statement>;

/** Resources of a type, by logical id. */
export function resourcesOf(template: Template, type: string): readonly (readonly [string, Resource])[] {
  return Object.entries(template.findResources(type)).map(([id, raw]) => [id, resource.parse(raw)]);
}

export function statementsIn(policyDocument: unknown): readonly Statement[] {
  return document.parse(policyDocument).Statement;
}

/** What each role may do, by the role's logical id. */
export function permissions(template: Template): ReadonlyMap<string, readonly Statement[]> {
  const roles = new Map<string, Statement[]>(
    resourcesOf(template, "AWS::IAM::Role").map(([id, { Properties }]) => [
      id,
      z
        .array(z.object({ PolicyDocument: z.unknown() }))
        .default([])
        .parse(Properties.Policies)
        .flatMap(({ PolicyDocument }) => statementsIn(PolicyDocument)),
    ]),
  );
  for (const [, { Properties }] of resourcesOf(template, "AWS::IAM::Policy")) {
    for (const role of z.array(z.object({ Ref: z.string() })).parse(Properties.Roles)) {
      roles.get(role.Ref)?.push(...statementsIn(Properties.PolicyDocument));
    }
  }
  return roles;
}

/** A logical id without the eight digits that CDK adds. */
export function readable(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, "");
}

/** Logical ids that a value refers to. */
export function referencesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  if ("Ref" in value && typeof value.Ref === "string") return [value.Ref];
  if ("Fn::GetAtt" in value && Array.isArray(value["Fn::GetAtt"])) return [String(value["Fn::GetAtt"][0])];
  return Object.values(value).flatMap(referencesIn);
}

/** The one logical id that a value refers to. @throws RangeError when it refers to none or several */
export function referenceIn(value: unknown): string {
  const [id, ...more] = new Set(referencesIn(value));
  if (id === undefined || more.length > 0)
    throw new RangeError(`not one reference: ${JSON.stringify(value)}`);
  return id;
}
