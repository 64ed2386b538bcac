import { TemplateError } from "./errors.ts";
import { isPlaceholder } from "./placeholder.ts";
import { type Call, NO_VALUE } from "./scope.ts";

/** The function's argument list, unresolved. @throws TemplateError unless its length is within the bounds */
export function argumentList(
  argument: unknown,
  call: Call,
  least: number,
  most: number = least,
): readonly unknown[] {
  if (Array.isArray(argument) && argument.length >= least && argument.length <= most) return argument;
  const count = least === most ? `${least}` : `${least} to ${most}`;
  throw new TemplateError(`${call.name} takes a list of ${count} arguments, got ${show(argument)}`);
}

/** A resolved value as text. Numbers and booleans are text to CloudFormation. */
export function text(value: unknown, call: Call, what: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new TemplateError(`${call.name}: ${what} must be a string, got ${show(value)}`);
}

/** A resolved value as a list. The attribute of a resource that is not played stands for a list of one. */
export function list(value: unknown, call: Call, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (isPlaceholder(value)) return [value];
  throw new TemplateError(`${call.name}: ${what} must be a list, got ${show(value)}`);
}

/** @throws TemplateError unless the value is a whole number within the bounds, or text of one */
export function whole(value: unknown, call: Call, what: string, least: number, most: number): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number) && number >= least && number <= most) {
    return number;
  }
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
  throw new TemplateError(`${call.name}: ${what} must be a whole number, ${range}, got ${show(value)}`);
}

/** Some functions and forms work only in templates that ask for the transform. */
export function requireLanguageExtensions(call: Call, what = call.name): void {
  if (call.scope.languageExtensions) return;
  throw new TemplateError(`${what} needs the template's Transform to name AWS::LanguageExtensions`);
}

/** A value for an error message. */
export function show(value: unknown): string {
  if (value === NO_VALUE) return "AWS::NoValue";
  const shown = JSON.stringify(value) ?? String(value);
  return shown.length > 120 ? `${shown.slice(0, 120)}…` : shown;
}
