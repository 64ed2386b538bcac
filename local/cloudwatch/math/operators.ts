import { ExpressionError } from "./expression-error.ts";
import { type MathValue, scalar, seriesOf } from "./value.ts";

type Apply = (left: number, right: number) => number;

const OPERATORS: Readonly<Record<string, Apply>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "^": (left, right) => left ** right,
  "==": (left, right) => Number(left === right),
  "!=": (left, right) => Number(left !== right),
  "<": (left, right) => Number(left < right),
  "<=": (left, right) => Number(left <= right),
  ">": (left, right) => Number(left > right),
  ">=": (left, right) => Number(left >= right),
  "&&": (left, right) => Number(left !== 0 && right !== 0),
  "||": (left, right) => Number(left !== 0 || right !== 0),
};

/**
 * Applies an operator: number by number, or period by period where both sides have data. A list is taken series by
 * series; two lists must be as long as each other (CloudWatch user guide, metric math).
 */
export function applyOperator(operator: string, left: MathValue, right: MathValue): MathValue {
  const apply = OPERATORS[operator];
  if (!apply) throw new ExpressionError(`Unknown operator ${operator}`);
  return combine(left, right, apply);
}

export function negate(value: MathValue): MathValue {
  return combine(scalar(0), value, (zero, operand) => zero - operand);
}

export function combine(left: MathValue, right: MathValue, apply: Apply): MathValue {
  if (left.kind === "text" || right.kind === "text")
    throw new ExpressionError("Text cannot be calculated with");
  if (left.kind === "list" || right.kind === "list") return combineLists(left, right, apply);
  if (left.kind === "scalar" && right.kind === "scalar") return scalar(apply(left.value, right.value));
  if (left.kind === "scalar" && right.kind === "series") {
    return seriesOf([...right.series].map(([at, value]) => [at, apply(left.value, value)]));
  }
  if (left.kind === "series" && right.kind === "scalar") {
    return seriesOf([...left.series].map(([at, value]) => [at, apply(value, right.value)]));
  }
  if (left.kind !== "series" || right.kind !== "series") return seriesOf([]);
  const other = right.series;
  return seriesOf(
    [...left.series].flatMap(([at, value]) => {
      const paired = other.get(at);
      return paired === undefined ? [] : [[at, apply(value, paired)] as const];
    }),
  );
}

function combineLists(left: MathValue, right: MathValue, apply: Apply): MathValue {
  const length = left.kind === "list" ? left.items.length : right.kind === "list" ? right.items.length : 0;
  if (left.kind === "list" && right.kind === "list" && left.items.length !== right.items.length) {
    throw new ExpressionError("The two lists are not of the same length");
  }
  const at = (value: MathValue, index: number): MathValue =>
    value.kind === "list" ? { kind: "series", series: value.items[index]?.series ?? new Map() } : value;
  return {
    kind: "list",
    items: Array.from({ length }, (_, index) => {
      const item = combine(at(left, index), at(right, index), apply);
      const id = (left.kind === "list" ? left : right.kind === "list" ? right : undefined)?.items[index]?.id;
      return { id: id ?? "", series: item.kind === "series" ? item.series : new Map() };
    }),
  };
}
