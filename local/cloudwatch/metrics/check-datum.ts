import { AwsError } from "../../wire/aws-error.ts";
import {
  type Aggregate,
  aggregateOfSet,
  aggregateOfValue,
  aggregateOfValues,
  type StatisticSet,
} from "./aggregate.ts";

/** Limits of PutMetricData (CloudWatch API reference). */
export const MAX_METRICS_PER_CALL = 1000;
export const MAX_VALUES = 150;
export const MAX_DIMENSIONS = 30;
const MAX_MAGNITUDE = 2 ** 360;
const OLDEST_MS = 14 * 86_400_000;
const NEWEST_MS = 2 * 3_600_000;

export interface DatumValues {
  readonly Value?: number | undefined;
  readonly Values?: readonly number[] | undefined;
  readonly Counts?: readonly number[] | undefined;
  readonly StatisticValues?: StatisticSet | undefined;
}

/**
 * What a datum's values come to.
 * @param path names the datum in errors
 * @throws AwsError MissingParameter, InvalidParameterCombination or InvalidParameterValue
 */
export function readDatum(datum: DatumValues, path: string): Aggregate {
  const { Value, Values, Counts, StatisticValues } = datum;
  const given = [Value, Values, StatisticValues].filter((member) => member !== undefined);
  if (given.length > 1) {
    throw new AwsError(
      "InvalidParameterCombination",
      `The parameters ${path}.Value, ${path}.Values and ${path}.StatisticValues are mutually exclusive and you have specified more than one.`,
    );
  }
  if (Value !== undefined) return aggregateOfValue(checkValue(Value, `${path}.Value`));
  if (StatisticValues) return aggregateOfSet(checkSet(StatisticValues, path));
  if (Values && Values.length > 0) return aggregateOfValues(checkValues(Values, Counts, path));
  throw new AwsError(
    "MissingParameter",
    `At least one of the parameters ${path}.Value, ${path}.Values or ${path}.StatisticValues must be specified.`,
  );
}

/** @throws AwsError InvalidParameterValue */
export function checkTimestamp(timestamp: number, now: number, path: string): number {
  if (timestamp >= now - OLDEST_MS && timestamp <= now + NEWEST_MS) return timestamp;
  throw invalid(
    `The parameter ${path}.Timestamp must be a value between two weeks before and two hours after the current time.`,
  );
}

/** @throws AwsError InvalidParameterValue for the namespaces of AWS's services */
export function checkNamespace(namespace: string): void {
  if (namespace.startsWith("AWS/")) throw invalid("The value AWS/ for parameter Namespace is invalid.");
  if (namespace.startsWith(":")) throw invalid(`The value ${namespace} for parameter Namespace is invalid.`);
}

function checkValues(
  values: readonly number[],
  counts: readonly number[] | undefined,
  path: string,
): (readonly [number, number])[] {
  if (values.length > MAX_VALUES) {
    throw invalid(`The collection ${path}.Values must not have a size greater than ${MAX_VALUES}.`);
  }
  if (counts && counts.length !== values.length) {
    throw invalid(`The parameters ${path}.Values and ${path}.Counts must be of the same size.`);
  }
  return values.map((value, index) => {
    const count = counts?.[index] ?? 1;
    if (!(count > 0)) throw invalid(`The parameter ${path}.Counts must be greater than 0.`);
    return [checkValue(value, `${path}.Values`), count];
  });
}

function checkSet(set: StatisticSet, path: string): StatisticSet {
  for (const [name, value] of Object.entries(set)) checkValue(value, `${path}.StatisticValues.${name}`);
  if (set.Maximum < set.Minimum || !(set.SampleCount > 0)) {
    throw invalid(`The parameter ${path}.StatisticValues is not a set of statistics.`);
  }
  return set;
}

function checkValue(value: number, path: string): number {
  if (Math.abs(value) <= MAX_MAGNITUDE) return value;
  throw invalid(`The value ${value} for parameter ${path} is invalid.`);
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterValue", message);
}
