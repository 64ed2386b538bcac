import type { Aggregate } from "../metrics/aggregate.ts";
import type { MetricName } from "../metrics/metric.ts";
import { type Metrics, periodsOf, type Timeline } from "../metrics/metrics.ts";
import { parseStatistic } from "../metrics/statistic.ts";
import { evaluate } from "./evaluate.ts";
import { ExpressionError } from "./expression-error.ts";
import { checkFunction } from "./functions.ts";
import { type Expression, idsIn, parseExpression } from "./parse.ts";
import type { MathValue, NamedSeries, Series } from "./value.ts";

export interface MetricStat {
  readonly Metric: MetricName;
  /** Seconds. */
  readonly Period: number;
  readonly Stat: string;
  readonly Unit?: string | undefined;
}

/** One entry of `MetricDataQueries`, or of a math alarm's `Metrics`. */
export interface MetricQuery {
  readonly Id: string;
  readonly MetricStat?: MetricStat | undefined;
  readonly Expression?: string | undefined;
  readonly Label?: string | undefined;
  readonly ReturnData?: boolean | undefined;
  readonly Period?: number | undefined;
}

/** Answers queries that may refer to each other. */
export class Queries {
  readonly #queries: ReadonlyMap<string, MetricQuery>;
  readonly #metrics: Metrics;
  readonly #timelineOf: (period: number) => Timeline;
  readonly #values = new Map<string, MathValue>();
  readonly #underWay = new Set<string>();

  /** @param timelineOf the stretch of time that is asked for, cut into periods of so many seconds */
  constructor(queries: readonly MetricQuery[], metrics: Metrics, timelineOf: (period: number) => Timeline) {
    this.#queries = new Map(queries.map((query) => [query.Id, query]));
    this.#metrics = metrics;
    this.#timelineOf = timelineOf;
  }

  /** @throws ExpressionError for an unknown id or a circle */
  value(id: string): MathValue {
    const known = this.#values.get(id);
    if (known) return known;
    const query = this.#queries.get(id);
    if (!query) throw new ExpressionError(`There is no query with the id ${id}`);
    if (this.#underWay.has(id)) throw new ExpressionError(`${id} refers to itself`);
    this.#underWay.add(id);
    const value = this.#answer(query);
    this.#underWay.delete(id);
    this.#values.set(id, value);
    return value;
  }

  /** The series that a query returns. @throws ExpressionError when it comes to a number */
  series(id: string): readonly NamedSeries[] {
    const value = this.value(id);
    if (value.kind === "series") return [{ id, series: value.series }];
    if (value.kind === "list") return value.items;
    throw new ExpressionError(`${id} does not come to a time series`);
  }

  #answer(query: MetricQuery): MathValue {
    if (query.MetricStat) {
      const { Metric, Period, Stat, Unit } = query.MetricStat;
      const aggregates = this.#metrics.read(Metric, this.#timelineOf(Period), Unit);
      return { kind: "series", series: statistics(aggregates, Stat) };
    }
    const expression = parseExpression(query.Expression ?? "");
    const period = query.Period ?? this.#periodOf(expression);
    return evaluate(expression, {
      period,
      periods: periodsOf(this.#timelineOf(period)),
      resolve: (id) => this.value(id),
      metrics: () =>
        [...this.#queries.values()]
          .filter(({ MetricStat }) => MetricStat)
          .flatMap(({ Id }) => this.series(Id)),
    });
  }

  /** An expression has the longest period of what it is made of. */
  #periodOf(expression: Expression): number {
    const ids = idsIn(expression);
    const made = ids.length > 0 ? ids : [...this.#queries.keys()];
    const periods = made.flatMap((id) => this.#queries.get(id)?.MetricStat?.Period ?? []);
    if (periods.length > 0) return Math.max(...periods);
    const all = [...this.#queries.values()].flatMap(({ MetricStat }) => MetricStat?.Period ?? []);
    return Math.max(60, ...all);
  }
}

/** A statistic of each period. */
export function statistics(aggregates: ReadonlyMap<number, Aggregate>, stat: string): Series {
  const statistic = parseStatistic(stat);
  return new Map(
    [...aggregates].flatMap(([at, aggregate]) => {
      const value = statistic(aggregate);
      return value === undefined ? [] : [[at, value] as const];
    }),
  );
}

/**
 * Checks queries before any of them is answered or kept.
 * @throws AwsError ValidationError in what CloudWatch refuses, NotPlayedError in what is not played
 */
export function checkQueries(queries: readonly MetricQuery[]): void {
  const ids = new Set(queries.map(({ Id }) => Id));
  if (ids.size < queries.length) throw new ExpressionError("Two queries have the same id");
  for (const { Id, MetricStat, Expression } of queries) {
    if ((MetricStat === undefined) === (Expression === undefined)) {
      throw new ExpressionError(`${Id} needs a MetricStat or an Expression, and not both`);
    }
    if (MetricStat) parseStatistic(MetricStat.Stat);
    if (Expression !== undefined) checkExpression(parseExpression(Expression), ids);
  }
}

function checkExpression(expression: Expression, ids: ReadonlySet<string>): void {
  for (const id of idsIn(expression)) {
    if (!ids.has(id) && id !== "REPEAT" && id !== "LINEAR") {
      throw new ExpressionError(`There is no query with the id ${id}`);
    }
  }
  for (const name of functionsIn(expression)) checkFunction(name);
}

function functionsIn(expression: Expression): string[] {
  switch (expression.kind) {
    case "negative":
      return functionsIn(expression.operand);
    case "binary":
      return [...functionsIn(expression.left), ...functionsIn(expression.right)];
    case "call":
      return [expression.name, ...expression.args.flatMap(functionsIn)];
    case "array":
      return expression.items.flatMap(functionsIn);
    default:
      return [];
  }
}
