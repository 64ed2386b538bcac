import { z } from "zod";
import { AwsError } from "../../wire/aws-error.ts";
import { operation } from "../../wire/operation.ts";
import type { CloudWatchContext } from "../context.ts";
import { checkQueries, Queries, statistics } from "../math/queries.ts";
import { checkNamespace, checkTimestamp, MAX_METRICS_PER_CALL, readDatum } from "../metrics/check-datum.ts";
import { pageToken, readPageToken } from "../metrics/metric.ts";
import { STATISTICS } from "../metrics/statistic.ts";
import {
  dimensions,
  flag,
  integer,
  list,
  metricQuery,
  name,
  number,
  period,
  timestamp,
  unit,
} from "./schemas.ts";

const define = operation<CloudWatchContext>();

const datum = z.strictObject({
  MetricName: name,
  Dimensions: dimensions.default([]),
  Timestamp: timestamp.optional(),
  Value: number.optional(),
  StatisticValues: z
    .strictObject({ SampleCount: number, Sum: number, Minimum: number, Maximum: number })
    .optional(),
  Values: list(number).optional(),
  Counts: list(number).optional(),
  Unit: unit.default("None"),
  StorageResolution: integer.pipe(z.union([z.literal(1), z.literal(60)])).default(60),
});

export const PutMetricData = define(
  z.strictObject({
    Namespace: name,
    MetricData: list(datum, { min: 1, max: MAX_METRICS_PER_CALL }),
    StrictEntityValidation: flag.optional(),
  }),
  ({ metrics, now }, { Namespace, MetricData }) => {
    checkNamespace(Namespace);
    // All are checked before any is stored: a call is taken whole or not at all.
    const checked = MetricData.map((item, index) => {
      const path = `MetricData.member.${index + 1}`;
      const at = item.Timestamp === undefined ? now() : checkTimestamp(item.Timestamp, now(), path);
      return { item, at, aggregate: readDatum(item, path) };
    });
    for (const { item, at, aggregate } of checked) {
      const metric = { Namespace, MetricName: item.MetricName, Dimensions: item.Dimensions };
      metrics.add(metric, item.Unit, at, aggregate, item.StorageResolution);
    }
    return {};
  },
);

const MAX_DATAPOINTS = 100_800;

export const GetMetricData = define(
  z.strictObject({
    MetricDataQueries: list(metricQuery, { min: 1, max: 500 }),
    StartTime: timestamp,
    EndTime: timestamp,
    NextToken: z.string().optional(),
    ScanBy: z.enum(["TimestampDescending", "TimestampAscending"]).default("TimestampDescending"),
    MaxDatapoints: integer.pipe(z.int().min(1).max(MAX_DATAPOINTS)).default(MAX_DATAPOINTS),
  }),
  ({ metrics }, input) => {
    const { MetricDataQueries: queries, NextToken, MaxDatapoints, StartTime, EndTime } = input;
    if (StartTime >= EndTime) {
      throw new AwsError(
        "ValidationError",
        "The parameter StartTime must be less than the parameter EndTime.",
      );
    }
    checkQueries(queries);
    const answers = new Queries(queries, metrics, (seconds) => aligned(StartTime, EndTime, seconds));
    const newestFirst = input.ScanBy === "TimestampDescending";
    const results = queries
      .filter(({ ReturnData }) => ReturnData !== false)
      .flatMap(({ Id, Label, MetricStat }) =>
        answers.series(Id).map(({ id, series }) => ({
          Id,
          Label: Label ?? (MetricStat ? MetricStat.Metric.MetricName : id || Id),
          points: [...series].sort(([a], [b]) => (newestFirst ? b - a : a - b)),
        })),
      );
    const question = [queries, StartTime, EndTime, input.ScanBy];
    const from = NextToken === undefined ? 0 : readPageToken(question, NextToken);
    if (from === undefined) throw new AwsError("InvalidNextToken", "The NextToken is not valid.");
    return { ...page(results, from, MaxDatapoints, question), Messages: [] };
  },
);

interface Result {
  readonly Id: string;
  readonly Label: string;
  readonly points: readonly (readonly [number, number])[];
}

/** Results go over pages in their order; one that is cut says PartialData. */
function page(results: readonly Result[], from: number, size: number, question: unknown) {
  const total = results.reduce((sum, { points }) => sum + points.length, 0);
  let skipped = from;
  let left = size;
  const shown = results.map(({ Id, Label, points }) => {
    const start = Math.min(skipped, points.length);
    const taken = points.slice(start, start + left);
    skipped -= start;
    left -= taken.length;
    return {
      Id,
      Label,
      Timestamps: taken.map(([at]) => new Date(at * 1000)),
      Values: taken.map(([, value]) => value),
      StatusCode: start + taken.length < points.length ? "PartialData" : "Complete",
    };
  });
  const more = from + size < total;
  return { MetricDataResults: shown, ...(more && { NextToken: pageToken(question, from + size) }) };
}

export const GetMetricStatistics = define(
  z.strictObject({
    Namespace: name,
    MetricName: name,
    Dimensions: dimensions.default([]),
    StartTime: timestamp,
    EndTime: timestamp,
    Period: period,
    Statistics: list(z.enum(STATISTICS), { min: 1, max: 5 }).optional(),
    ExtendedStatistics: list(z.string(), { min: 1, max: 10 }).optional(),
    Unit: unit.optional(),
  }),
  ({ metrics }, input) => {
    const { Namespace, MetricName, Dimensions, StartTime, EndTime, Period, Unit } = input;
    const { Statistics = [], ExtendedStatistics = [] } = input;
    if (Statistics.length + ExtendedStatistics.length === 0) {
      throw new AwsError("MissingParameter", "Must specify either Statistics or ExtendedStatistics.");
    }
    if (StartTime >= EndTime) {
      throw new AwsError(
        "InvalidParameterValue",
        "The parameter StartTime must be less than the parameter EndTime.",
      );
    }
    if ((EndTime - StartTime) / 1000 / Period > 1440) {
      throw new AwsError(
        "InvalidParameterCombination",
        "You have requested more than 1,440 data points, which exceeds the limit.",
      );
    }
    const timeline = anchored(StartTime, EndTime, Period);
    const byUnit = metrics.readByUnit({ Namespace, MetricName, Dimensions }, timeline);
    const datapoints = [...byUnit]
      .filter(([stored]) => Unit === undefined || stored === Unit)
      .flatMap(([stored, aggregates]) => {
        const plain = Statistics.map((stat) => [stat, statistics(aggregates, stat)] as const);
        const extended = ExtendedStatistics.map((stat) => [stat, statistics(aggregates, stat)] as const);
        return [...aggregates.keys()].map((at) => ({
          Timestamp: new Date(at * 1000),
          ...Object.fromEntries(plain.map(([stat, series]) => [stat, series.get(at)])),
          ...(extended.length > 0 && {
            ExtendedStatistics: new Map(
              extended.flatMap(([stat, series]) => {
                const value = series.get(at);
                return value === undefined ? [] : [[stat, value] as const];
              }),
            ),
          }),
          Unit: stored,
        }));
      });
    return { Label: MetricName, Datapoints: datapoints };
  },
);

/** Periods on their natural boundaries: every full five minutes, every full hour. */
function aligned(startMs: number, endMs: number, seconds: number) {
  return {
    from: Math.floor(startMs / 1000 / seconds) * seconds,
    to: Math.ceil(endMs / 1000),
    period: seconds,
  };
}

/** Periods counted from the start, which is taken to the full minute. */
function anchored(startMs: number, endMs: number, seconds: number) {
  const unit = seconds < 60 ? 1 : 60;
  return { from: Math.floor(startMs / 1000 / unit) * unit, to: Math.ceil(endMs / 1000), period: seconds };
}
