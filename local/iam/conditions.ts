import type { RequestContext } from "./access-request.ts";
import { CONDITION_OPERATORS } from "./condition-operators.ts";
import type { Condition, PolicyDocument } from "./policy-document.ts";
import { resolveVariables } from "./policy-variables.ts";
import { type Piece, piecesOf } from "./wildcard.ts";

const SYNTAX = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;

/** Whether every condition of a statement holds. */
export function conditionsHold(
  conditions: readonly Condition[],
  context: RequestContext,
  version: PolicyDocument["version"],
): boolean {
  return conditions.every((condition) => conditionHolds(condition, context, version));
}

function conditionHolds(
  { operator: written, key, values }: Condition,
  context: RequestContext,
  version: PolicyDocument["version"],
): boolean {
  const [, set, name = "", ifExists] = SYNTAX.exec(written) ?? [];
  const actual = context.get(key);
  if (name === "Null") {
    return values.some((value) => (value.toLowerCase() === "true") === (actual === undefined));
  }
  const operator = CONDITION_OPERATORS[name];
  // IAM refuses to store a policy with an operator that it does not know; one that got here never holds.
  if (!operator) return false;
  if (actual === undefined) {
    // "Any value" of a key that is not there is none, IfExists or not.
    if (set === "ForAnyValue") return false;
    return ifExists !== undefined || set === "ForAllValues" || operator.negated;
  }
  const expected: (readonly Piece[])[] = [];
  for (const value of values) {
    if (!operator.variables || version !== "2012-10-17") {
      expected.push(piecesOf(value));
      continue;
    }
    const { pieces, complete } = resolveVariables(value, context);
    if (!complete) return false;
    expected.push(pieces);
  }
  const matches = (value: string) =>
    operator.negated !== expected.some((candidate) => operator.compare(value, candidate));
  // A negated operator without a set prefix wants that no value matches, a plain one that some value does.
  return set === "ForAllValues" || (set === undefined && operator.negated)
    ? actual.every(matches)
    : actual.some(matches);
}
