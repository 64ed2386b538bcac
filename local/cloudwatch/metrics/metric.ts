import { createHash } from "node:crypto";

export interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

/** What names a metric; each combination of dimensions is a metric of its own. */
export interface MetricName {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly Dimension[];
}

/** Dimensions in their one order, as JSON text: the order in which they are given means nothing. */
export function dimensionsKey(dimensions: readonly Dimension[]): string {
  const pairs = dimensions.map(({ Name, Value }) => [Name, Value] as const);
  return JSON.stringify(pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

export function readDimensionsKey(key: string): Dimension[] {
  return (JSON.parse(key) as [string, string][]).map(([Name, Value]) => ({ Name, Value }));
}

export function dimensionsOf(members: Readonly<Record<string, string>>): Dimension[] {
  return Object.entries(members).map(([Name, Value]) => ({ Name, Value }));
}

/** One text per metric. */
export function metricKey(metric: MetricName): string {
  return JSON.stringify([metric.Namespace, metric.MetricName, dimensionsKey(metric.Dimensions)]);
}

/** An opaque token for the page that begins after `position`; it holds for the same question only. */
export function pageToken(question: unknown, position: number): string {
  return Buffer.from(`${digest(question)}:${position}`).toString("base64url");
}

/** The position in a token; undefined when it was not made for this question. */
export function readPageToken(question: unknown, token: string): number | undefined {
  const [made, position = ""] = Buffer.from(token, "base64url").toString("utf8").split(":");
  return made === digest(question) && /^\d+$/.test(position) ? Number(position) : undefined;
}

function digest(question: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(question) ?? "")
    .digest("hex")
    .slice(0, 16);
}
