import { z } from "zod";

/** One item may stand for a list of one. */
const oneOrMore = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((value) => (typeof value === "string" ? [value] : value), z.array(item)).default([]);

const deletionPolicy = z.enum(["Delete", "Retain", "RetainExceptOnCreate", "Snapshot"]);

const resource = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: oneOrMore(z.string()),
  Condition: z.string().optional(),
  Metadata: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: deletionPolicy.default("Delete"),
  UpdateReplacePolicy: deletionPolicy.default("Delete"),
  /** How a real deployment waits for and rolls instances; there is nothing to wait for here. */
  CreationPolicy: z.unknown().optional(),
  UpdatePolicy: z.unknown().optional(),
});
export type TemplateResource = z.output<typeof resource>;
export type DeletionPolicy = z.output<typeof deletionPolicy>;

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const parameter = z.strictObject({
  Type: z.string(),
  Default: scalar.optional(),
  AllowedValues: z.array(scalar).optional(),
  AllowedPattern: z.string().optional(),
  MinLength: z.coerce.number().optional(),
  MaxLength: z.coerce.number().optional(),
  MinValue: z.coerce.number().optional(),
  MaxValue: z.coerce.number().optional(),
  ConstraintDescription: z.string().optional(),
  Description: z.string().optional(),
  NoEcho: z
    .union([z.boolean(), z.enum(["true", "false"])])
    .transform((value) => value === true || value === "true")
    .default(false),
});
export type TemplateParameter = z.output<typeof parameter>;

const output = z.strictObject({
  Value: z.unknown(),
  Description: z.string().optional(),
  Export: z.strictObject({ Name: z.unknown() }).optional(),
  Condition: z.string().optional(),
});
export type TemplateOutput = z.output<typeof output>;

/** Extends the template language by Fn::Length, Fn::ToJsonString and FindInMap's DefaultValue. */
export const LANGUAGE_EXTENSIONS = "AWS::LanguageExtensions";

const transform = z.literal(LANGUAGE_EXTENSIONS, {
  error: ({ input }) => `transform ${JSON.stringify(input)} is not played; ${LANGUAGE_EXTENSIONS} is`,
});

/**
 * A CloudFormation template. Strict: a section or attribute that is not known here is refused.
 * `Metadata` describes and `Rules` assert what a deployment's parameters must be (the CDK's own rule checks the
 * bootstrap version); both are accepted and, knowingly, not acted on.
 */
export const template = z.strictObject({
  AWSTemplateFormatVersion: z.literal("2010-09-09").optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  Rules: z.unknown().optional(),
  Transform: oneOrMore(transform),
  Parameters: z.record(z.string(), parameter).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), resource).default({}),
  Outputs: z.record(z.string(), output).default({}),
});
export type Template = z.output<typeof template>;

/** Where in the CDK app a resource comes from, e.g. `Demo/Uploads/Resource`. */
export function constructPath(resource: TemplateResource): string | undefined {
  const path = resource.Metadata["aws:cdk:path"];
  return typeof path === "string" ? path : undefined;
}
