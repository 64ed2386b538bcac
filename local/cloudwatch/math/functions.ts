import { NotPlayedError } from "../../wire/aws-error.ts";
import { ExpressionError } from "./expression-error.ts";
import { fill } from "./fill.ts";
import { type MathValue, type NamedSeries, type Series, scalar, seriesOf } from "./value.ts";

export interface FunctionContext {
  /** Starts of all periods that are asked for, oldest first. */
  readonly periods: readonly number[];
  /** Seconds. */
  readonly period: number;
  /** Every query of the request that names a metric. */
  readonly metrics: () => readonly NamedSeries[];
}

type MathFunction = (args: readonly MathValue[], context: FunctionContext) => MathValue;

/** Functions of CloudWatch's metric math that are played. */
const FUNCTIONS: Readonly<Record<string, MathFunction>> = {
  ABS: each(Math.abs),
  CEIL: each(Math.ceil),
  FLOOR: each(Math.floor),
  AVG: reduce((values) => sum(values) / values.length),
  MAX: reduce((values) => Math.max(...values)),
  MIN: reduce((values) => Math.min(...values)),
  SUM: reduce(sum),
  FILL: ([subject, filler], { periods }) => fill(required(subject), required(filler), periods),
  IF: (args, context) => choose(args, context),
  METRICS: ([filter], { metrics }) => {
    if (filter && filter.kind !== "text") throw new ExpressionError("METRICS takes text");
    return { kind: "list", items: metrics().filter(({ id }) => id.includes(filter?.value ?? "")) };
  },
  PERIOD: (_args, { period }) => scalar(period),
};

/** @throws NotPlayedError for a function that is not played */
export function callFunction(name: string, args: readonly MathValue[], context: FunctionContext): MathValue {
  const known = FUNCTIONS[name];
  if (!known) throw new NotPlayedError(`cloudwatch metric math function ${name}`);
  return known(args, context);
}

/** @throws NotPlayedError */
export function checkFunction(name: string): void {
  if (!FUNCTIONS[name]) throw new NotPlayedError(`cloudwatch metric math function ${name}`);
}

function required(value: MathValue | undefined): MathValue {
  if (!value) throw new ExpressionError("An argument is missing");
  return value;
}

function each(apply: (value: number) => number): MathFunction {
  const over = (series: Series): Series =>
    new Map([...series].map(([at, value]) => [at, apply(value)] as const));
  return ([argument]) => {
    const value = required(argument);
    if (value.kind === "scalar") return scalar(apply(value.value));
    if (value.kind === "series") return { kind: "series", series: over(value.series) };
    if (value.kind === "list") {
      return { kind: "list", items: value.items.map(({ id, series }) => ({ id, series: over(series) })) };
    }
    throw new ExpressionError("Text cannot be calculated with");
  };
}

/**
 * One series comes to one number; a list to one series, each period from the series that have data in it. Several
 * numbers, as in MAX(1, 2), come to one.
 */
function reduce(apply: (values: readonly number[]) => number): MathFunction {
  return (args) => {
    const value = required(args[0]);
    if (value.kind === "series")
      return scalar(value.series.size === 0 ? Number.NaN : apply([...value.series.values()]));
    if (value.kind === "scalar")
      return scalar(apply(args.flatMap((arg) => (arg.kind === "scalar" ? arg.value : []))));
    if (value.kind === "text") throw new ExpressionError("Text cannot be calculated with");
    const byPeriod = new Map<number, number[]>();
    for (const { series } of value.items) {
      for (const [at, item] of series) byPeriod.set(at, [...(byPeriod.get(at) ?? []), item]);
    }
    return seriesOf([...byPeriod].map(([at, values]) => [at, apply(values)] as const));
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** IF(condition, then, else): period by period, as far as the condition and what it chooses have data. */
function choose(args: readonly MathValue[], { periods }: FunctionContext): MathValue {
  const [condition, whenTrue] = [required(args[0]), required(args[1])];
  const whenFalse = args[2];
  if (condition.kind === "scalar") {
    const chosen = condition.value !== 0 ? whenTrue : whenFalse;
    return chosen ?? seriesOf([]);
  }
  if (condition.kind !== "series")
    throw new ExpressionError("The condition of IF must be one series or number");
  const { series } = condition;
  return seriesOf(
    periods.flatMap((at) => {
      const decides = series.get(at);
      if (decides === undefined) return [];
      const value = valueAt(decides !== 0 ? whenTrue : whenFalse, at);
      return value === undefined ? [] : [[at, value] as const];
    }),
  );
}

function valueAt(value: MathValue | undefined, at: number): number | undefined {
  if (value?.kind === "scalar") return value.value;
  if (value?.kind === "series") return value.series.get(at);
  if (value === undefined) return undefined;
  throw new ExpressionError("IF chooses between series and numbers");
}
