/** A step from a JSON value to one in it: a member's name, an array index, or every element. */
export type Step = string | number | typeof EVERY;
export const EVERY = Symbol("[*]");

export type Comparison = "=" | "!=" | "<" | ">" | "<=" | ">=";

/** What is asked of the value that a selector leads to. */
export type Test =
  | { readonly kind: "number"; readonly comparison: Comparison; readonly value: number }
  | { readonly kind: "text"; readonly comparison: "=" | "!="; readonly value: RegExp }
  | { readonly kind: "is"; readonly value: true | false | null }
  | { readonly kind: "exists"; readonly value: boolean };

export interface Condition {
  readonly selector: readonly Step[];
  readonly test: Test;
}

/**
 * Whether a JSON document meets a condition. A comparison holds only for a value of its own type: neither `=` nor
 * `!=` holds for a member that is missing or that is an object.
 */
export function matchesCondition({ selector, test }: Condition, document: unknown): boolean {
  const values = select([document], selector);
  if (test.kind === "exists") return values.length > 0 === test.value;
  return values.some((value) => matches(test, value));
}

function matches(test: Exclude<Test, { kind: "exists" }>, value: unknown): boolean {
  switch (test.kind) {
    case "is":
      return value === test.value;
    case "text":
      return typeof value === "string" && test.value.test(value) === (test.comparison === "=");
    case "number":
      return typeof value === "number" && compare(value, test.comparison, test.value);
  }
}

function compare(left: number, comparison: Comparison, right: number): boolean {
  switch (comparison) {
    case "=":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case ">":
      return left > right;
    case "<=":
      return left <= right;
    case ">=":
      return left >= right;
  }
}

function select(values: readonly unknown[], steps: readonly Step[]): readonly unknown[] {
  return steps.reduce((reached, step) => reached.flatMap((value) => follow(value, step)), values);
}

function follow(value: unknown, step: Step): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  if (typeof step === "string") {
    return Object.hasOwn(value, step) ? [(value as Record<string, unknown>)[step]] : [];
  }
  if (!Array.isArray(value)) return [];
  return step === EVERY ? value : value.slice(step, step + 1);
}
