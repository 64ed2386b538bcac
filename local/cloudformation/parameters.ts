import { TemplateError } from "./errors.ts";
import { publicParameter } from "./public-parameters.ts";
import type { TemplateParameter } from "./template.ts";

/** Looks up an SSM parameter's value; undefined when there is none. */
export type SsmLookup = (name: string) => string | undefined | Promise<string | undefined>;

export interface ResolvedParameter {
  /** As given or by default; for SSM types the name of the SSM parameter. */
  readonly given: string;
  /** What `Ref` gives: text, or a list for list types. */
  readonly value: string | readonly string[];
  /** For SSM types: what the SSM parameter holds. */
  readonly ssmValue: string | undefined;
  readonly noEcho: boolean;
}

/**
 * Values of a template's parameters.
 * @param given values by name; others take their defaults
 * @param lookup asked before the built-in public parameters
 * @throws TemplateError for a value that is missing, unknown or against the parameter's rules
 */
export async function resolveParameters(
  parameters: Readonly<Record<string, TemplateParameter>>,
  given: Readonly<Record<string, string>>,
  lookup: SsmLookup,
): Promise<Map<string, ResolvedParameter>> {
  const unknown = Object.keys(given).filter((name) => parameters[name] === undefined);
  if (unknown.length > 0) {
    throw new TemplateError(`the template has no parameter ${unknown.join(", ")}`, ["Parameters"]);
  }
  const resolved = new Map<string, ResolvedParameter>();
  for (const [name, parameter] of Object.entries(parameters)) {
    resolved.set(name, await resolveParameter(name, parameter, given[name], lookup));
  }
  return resolved;
}

async function resolveParameter(
  name: string,
  parameter: TemplateParameter,
  givenValue: string | undefined,
  lookup: SsmLookup,
): Promise<ResolvedParameter> {
  const path = ["Parameters", name];
  const given = givenValue ?? parameter.Default;
  if (given === undefined) throw new TemplateError("must have a value: it has no default", path);
  const ssmType = /^AWS::SSM::Parameter::Value<(.+)>$/.exec(parameter.Type)?.[1];
  const type = ssmType ?? parameter.Type;
  requireType(type, path);
  for (const value of ssmType === undefined && isList(type) ? items(given) : [given]) {
    requireAllowed(parameter, ssmType === undefined ? type : "String", value, path);
  }
  const ssmValue = ssmType === undefined ? undefined : ((await lookup(given)) ?? publicParameter(given));
  if (ssmType !== undefined && ssmValue === undefined) {
    throw new TemplateError(`there is no SSM parameter ${given}`, path);
  }
  const value = ssmValue ?? given;
  return { given, value: isList(type) ? items(value) : value, ssmValue, noEcho: parameter.NoEcho };
}

function isList(type: string): boolean {
  return type === "CommaDelimitedList" || type.startsWith("List<");
}

function items(value: string): string[] {
  return value === "" ? [] : value.split(",").map((item) => item.trim());
}

/** AWS-specific types (`AWS::EC2::VPC::Id`) are ids as text; that they exist is not checked. */
function requireType(type: string, path: readonly string[]): void {
  const item = /^List<(.+)>$/.exec(type)?.[1] ?? type;
  if (["String", "Number", "CommaDelimitedList", "AWS::SSM::Parameter::Name"].includes(item)) return;
  if (/^AWS::(EC2|Route53)::\w+::\w+(::\w+)?$/.test(item)) return;
  throw new TemplateError(`${type} is no parameter type that the local runtime knows`, path);
}

function requireAllowed(
  parameter: TemplateParameter,
  type: string,
  value: string,
  path: readonly string[],
): void {
  const problem = ruleBroken(parameter, /^(List<)?Number>?$/.test(type), value);
  if (problem === undefined) return;
  const shown = parameter.NoEcho ? "its value" : JSON.stringify(value);
  throw new TemplateError(`${shown} ${parameter.ConstraintDescription ?? problem}`, path);
}

function ruleBroken(parameter: TemplateParameter, numeric: boolean, value: string): string | undefined {
  const { AllowedValues, AllowedPattern, MinLength, MaxLength, MinValue, MaxValue } = parameter;
  if (AllowedValues && !AllowedValues.includes(value)) {
    return `is not one of the allowed values: ${AllowedValues.join(", ")}`;
  }
  if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(value)) {
    return `does not match the pattern ${AllowedPattern}`;
  }
  if (MinLength !== undefined && value.length < MinLength) return `is shorter than ${MinLength} characters`;
  if (MaxLength !== undefined && value.length > MaxLength) return `is longer than ${MaxLength} characters`;
  if (!numeric) return undefined;
  const number = value.trim() === "" ? Number.NaN : Number(value);
  if (Number.isNaN(number)) return "is no number";
  if (MinValue !== undefined && number < MinValue) return `is less than ${MinValue}`;
  if (MaxValue !== undefined && number > MaxValue) return `is more than ${MaxValue}`;
  return undefined;
}
