import { parseSub, splitAttribute } from "./sub-template.ts";

/**
 * The names that a value refers to by Ref, Fn::GetAtt and Fn::Sub: resources, parameters, pseudo parameters.
 * @param holds whether a condition is true: of Fn::If only the chosen branch counts
 */
export function references(value: unknown, holds: (condition: string) => boolean): Set<string> {
  const names = new Set<string>();
  collect(value, holds, names);
  return names;
}

function collect(value: unknown, holds: (condition: string) => boolean, into: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, holds, into);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const entries = Object.entries(value);
  const [only] = entries;
  if (only && entries.length === 1 && collectFunction(...only, holds, into)) return;
  for (const [, member] of entries) collect(member, holds, into);
}

/** False when the member is no function, or one whose arguments are searched like any value. */
function collectFunction(
  name: string,
  argument: unknown,
  holds: (condition: string) => boolean,
  into: Set<string>,
): boolean {
  if (name === "Ref" && typeof argument === "string") {
    into.add(argument);
    return true;
  }
  if (name === "Fn::GetAtt") {
    const target = typeof argument === "string" ? splitAttribute(argument)?.[0] : firstOf(argument);
    if (typeof target === "string") into.add(target);
    return typeof argument === "string";
  }
  if (name === "Fn::If" && Array.isArray(argument) && typeof argument[0] === "string") {
    collect(argument[holds(argument[0]) ? 1 : 2], holds, into);
    return true;
  }
  if (name === "Fn::Sub") collectSub(argument, into);
  return false;
}

function collectSub(argument: unknown, into: Set<string>): void {
  const [source, variables] = Array.isArray(argument) ? argument : [argument, {}];
  if (typeof source !== "string") return;
  const own = new Set(typeof variables === "object" && variables !== null ? Object.keys(variables) : []);
  for (const piece of parseSub(source)) {
    if ("variable" in piece && !own.has(piece.variable)) {
      into.add(splitAttribute(piece.variable)?.[0] ?? piece.variable);
    }
  }
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : undefined;
}
