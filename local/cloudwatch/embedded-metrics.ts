import { z } from "zod";
import { type Aggregate, aggregateOfValues } from "./metrics/aggregate.ts";
import { MAX_DIMENSIONS } from "./metrics/check-datum.ts";
import type { MetricName } from "./metrics/metric.ts";
import { UNITS, type Unit } from "./metrics/units.ts";

/** Limits of the embedded metric format (CloudWatch user guide, specification). */
const MAX_METRICS = 100;
const MAX_VALUES = 100;

const document = z.looseObject({
  _aws: z.looseObject({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.looseObject({
        Namespace: z.string().min(1).max(1024),
        Dimensions: z.array(z.array(z.string()).max(MAX_DIMENSIONS)),
        Metrics: z
          .array(
            z.looseObject({
              Name: z.string().min(1).max(1024),
              Unit: z.enum(UNITS).optional(),
              StorageResolution: z.union([z.literal(1), z.literal(60)]).optional(),
            }),
          )
          .max(MAX_METRICS),
      }),
    ),
  }),
});

export interface EmbeddedMetric {
  readonly metric: MetricName;
  readonly unit: Unit;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly aggregate: Aggregate;
  readonly resolution: 1 | 60;
}

/** A line that is meant to hold metrics, and is not as the format wants it. */
export class EmbeddedMetricError extends Error {
  constructor(cause: unknown) {
    super(cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message, { cause });
    this.name = "EmbeddedMetricError";
  }
}

/**
 * The metrics in a log line of the embedded metric format; none, at the cost of a text search, in any other.
 * @throws EmbeddedMetricError
 */
export function embeddedMetrics(line: string): EmbeddedMetric[] {
  if (!line.includes('"_aws"') || !line.trimStart().startsWith("{")) return [];
  const parsed = parse(line);
  if (parsed === undefined) return [];
  const { Timestamp: timestamp, CloudWatchMetrics } = parsed._aws;
  return CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Metrics.flatMap(({ Name, Unit, StorageResolution }) => {
      const values = valuesOf(parsed[Name], Name);
      return Dimensions.map((names) => ({
        metric: { Namespace, MetricName: Name, Dimensions: names.map((name) => dimensionOf(parsed, name)) },
        unit: Unit ?? "None",
        timestamp,
        aggregate: aggregateOfValues(values.map((value) => [value, 1] as const)),
        resolution: StorageResolution ?? 60,
      }));
    }),
  );
}

function parse(line: string): z.output<typeof document> | undefined {
  try {
    const raw: unknown = JSON.parse(line);
    // "_aws" may be in some line for other reasons.
    if (typeof raw !== "object" || raw === null || !("_aws" in raw)) return undefined;
    if (!(raw._aws as { CloudWatchMetrics?: unknown } | null)?.CloudWatchMetrics) return undefined;
    return document.parse(raw);
  } catch (error) {
    throw new EmbeddedMetricError(error);
  }
}

function valuesOf(raw: unknown, name: string): number[] {
  const parsed = z.union([z.number(), z.array(z.number()).min(1).max(MAX_VALUES)]).safeParse(raw);
  if (!parsed.success)
    throw new EmbeddedMetricError(new Error(`${name} is no number, nor a list of numbers`));
  return [parsed.data].flat();
}

function dimensionOf(members: Readonly<Record<string, unknown>>, name: string) {
  const value = members[name];
  if (typeof value !== "string") throw new EmbeddedMetricError(new Error(`Dimension ${name} is no text`));
  return { Name: name, Value: value };
}
