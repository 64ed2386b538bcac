import { NotPlayedError } from "../../wire/aws-error.ts";
import type { Aggregate } from "./aggregate.ts";
import { percentile } from "./distribution.ts";

export const STATISTICS = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"] as const;
export type StatisticName = (typeof STATISTICS)[number];

/** A statistic of what is kept of a period; undefined where it cannot be known. */
export type Statistic = (aggregate: Aggregate) => number | undefined;

const BY_NAME: Readonly<Record<string, Statistic>> = {
  SampleCount: ({ count }) => count,
  Average: ({ sum, count }) => sum / count,
  Sum: ({ sum }) => sum,
  Minimum: ({ min }) => min,
  Maximum: ({ max }) => max,
} satisfies Record<StatisticName, Statistic>;

const PERCENTILE = /^p(100|\d{1,2}(?:\.\d{1,10})?)$/;

/**
 * Reads `Average`, `p99.9` and their like.
 * @throws NotPlayedError for trimmed means and the other extended statistics
 */
export function parseStatistic(name: string): Statistic {
  const known = BY_NAME[name];
  if (known) return known;
  const percent = PERCENTILE.exec(name)?.[1];
  if (percent === undefined) throw new NotPlayedError(`cloudwatch statistic ${name}`);
  return ({ values }) => values && percentile(values, Number(percent));
}
