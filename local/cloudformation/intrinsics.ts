import { and, choose, conditionReference, equals, not, or } from "./condition-functions.ts";
import { TemplateError, withPlace } from "./errors.ts";
import { cidr, getAzs, length, select } from "./list-functions.ts";
import { findInMap, getAtt, getStackOutput, importValue, ref } from "./lookup-functions.ts";
import { type Call, type IntrinsicFunction, NO_VALUE, type Scope } from "./scope.ts";
import { base64, join, split, sub, toJsonString } from "./text-functions.ts";

const FUNCTIONS: ReadonlyMap<string, IntrinsicFunction> = new Map([
  ["Ref", ref],
  ["Fn::GetAtt", getAtt],
  ["Fn::FindInMap", findInMap],
  ["Fn::ImportValue", importValue],
  ["Fn::GetStackOutput", getStackOutput],
  ["Fn::Join", join],
  ["Fn::Split", split],
  ["Fn::Sub", sub],
  ["Fn::Base64", base64],
  ["Fn::ToJsonString", toJsonString],
  ["Fn::Select", select],
  ["Fn::Length", length],
  ["Fn::GetAZs", getAzs],
  ["Fn::Cidr", cidr],
  ["Fn::If", choose],
  ["Fn::Equals", equals],
  ["Fn::And", and],
  ["Fn::Or", or],
  ["Fn::Not", not],
]);

/**
 * Resolves the intrinsic functions in a value of a template.
 * Members and list items that are `AWS::NoValue` are left out; a value that itself is, gives NO_VALUE.
 * @param path where the value is in the template, for messages
 * @throws TemplateError with the place of the function that failed
 */
export function resolve(value: unknown, scope: Scope, path: readonly string[] = []): unknown {
  if (Array.isArray(value)) {
    return value
      .map((item, at) => resolve(item, scope, [...path, String(at)]))
      .filter((item) => item !== NO_VALUE);
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const call = intrinsicOf(entries, scope, path);
  if (call) return run(call, scope, [...path, call.name]);
  return Object.fromEntries(
    entries
      .map(([key, member]) => [key, resolve(member, scope, [...path, key])] as const)
      .filter(([, member]) => member !== NO_VALUE),
  );
}

interface Invocation {
  readonly name: string;
  readonly function: IntrinsicFunction;
  readonly argument: unknown;
}

/** A map with the one member `Ref` or `Fn::…` is a call; `Condition` is one in Conditions only (IAM has it too). */
function intrinsicOf(
  entries: readonly [string, unknown][],
  scope: Scope,
  path: readonly string[],
): Invocation | undefined {
  const named = entries.find(([key]) => key.startsWith("Fn::")) ?? entries[0];
  if (!named) return undefined;
  const [name, argument] = named;
  const isFunction = name.startsWith("Fn::");
  if (entries.length > 1) {
    if (!isFunction) return undefined;
    throw new TemplateError(`${name} must stand alone, beside it is ${otherKey(entries, name)}`, path);
  }
  const found = name === "Condition" && scope.inConditions ? conditionReference : FUNCTIONS.get(name);
  if (found) return { name, function: found, argument };
  if (isFunction) throw new TemplateError(`${name} is not played by the local runtime`, path);
  return undefined;
}

function otherKey(entries: readonly [string, unknown][], name: string): string {
  return entries.map(([key]) => key).find((key) => key !== name) ?? "";
}

/** Functions throw without a place; the innermost call that fails adds its own. */
function run(invocation: Invocation, scope: Scope, path: readonly string[]): unknown {
  const call: Call = {
    scope,
    name: invocation.name,
    resolve: (value, ...steps) => resolve(value, scope, [...path, ...steps.map(String)]),
  };
  return withPlace(path, () => invocation.function(invocation.argument, call));
}
