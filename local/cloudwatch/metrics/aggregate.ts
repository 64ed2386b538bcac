import { addValues, type Distribution } from "./distribution.ts";

/** What is kept of a metric's values in one period. */
export interface Aggregate {
  count: number;
  sum: number;
  min: number;
  max: number;
  /** Undefined once a statistic set was added whose values are not known: there are no percentiles then. */
  values: Distribution | undefined;
}

export interface StatisticSet {
  readonly SampleCount: number;
  readonly Sum: number;
  readonly Minimum: number;
  readonly Maximum: number;
}

export function aggregateOfValue(value: number): Aggregate {
  return { count: 1, sum: value, min: value, max: value, values: new Map([[value, 1]]) };
}

/** @param pairs values, each with how often it occurred */
export function aggregateOfValues(pairs: readonly (readonly [number, number])[]): Aggregate {
  const values: Distribution = new Map();
  addValues(values, pairs);
  return {
    count: pairs.reduce((sum, [, count]) => sum + count, 0),
    sum: pairs.reduce((sum, [value, count]) => sum + value * count, 0),
    min: Math.min(...pairs.map(([value]) => value)),
    max: Math.max(...pairs.map(([value]) => value)),
    values,
  };
}

/** Percentiles of a statistic set are known only when all its values are the same (PutMetricData, API reference). */
export function aggregateOfSet({ SampleCount, Sum, Minimum, Maximum }: StatisticSet): Aggregate {
  const alike = SampleCount === 1 || Minimum === Maximum;
  return {
    count: SampleCount,
    sum: Sum,
    min: Minimum,
    max: Maximum,
    values: alike ? new Map([[Minimum, SampleCount]]) : undefined,
  };
}

/** Adds `from` to `into`, which is changed. */
export function merge(into: Aggregate, from: Aggregate): Aggregate {
  into.count += from.count;
  into.sum += from.sum;
  into.min = Math.min(into.min, from.min);
  into.max = Math.max(into.max, from.max);
  if (into.values && from.values) addValues(into.values, from.values);
  else into.values = undefined;
  return into;
}

export function copyOf(aggregate: Aggregate): Aggregate {
  return { ...aggregate, values: aggregate.values && new Map(aggregate.values) };
}
