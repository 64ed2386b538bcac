import type { History, Series as Measure } from "../../../../api/schemas/cluster.ts";
import type { Series } from "../../charts/series.ts";
import { capacityName } from "../../lib/capacity.ts";

/** Series of one chart on one axis of times. */
export interface Plot {
  readonly times: readonly number[];
  readonly series: readonly Series[];
}

const COLOURS = ["--series-1", "--series-2", "--series-3", "--series-4", "--series-5"] as const;

/** The same thing has the same colour, whatever else is in the chart. */
const OWN_COLOURS: Readonly<Record<string, string>> = {
  FARGATE_SPOT: "--series-1",
  FARGATE: "--series-2",
  EC2: "--series-4",
  RUNNING: "--series-1",
  PROVISIONING: "--series-3",
  PENDING: "--series-2",
  DEACTIVATING: "--series-4",
  STOPPING: "--series-5",
  running: "--series-1",
  pending: "--series-2",
};

/** Measures of one group, each a series, on the times that the history has for them. */
export function plotOf(history: History, group: Measure["group"], unit?: Measure["unit"]): Plot {
  const chosen = history.series.filter(
    (measure) => measure.group === group && (!unit || measure.unit === unit),
  );
  const times = axisOf(chosen, history.periodSeconds * 1000);
  return {
    times,
    series: shown(chosen).map((measure, index) => ({
      name: shortLabel(measure.label),
      colour: COLOURS[index % COLOURS.length] ?? COLOURS[0],
      values: valuesAt(measure, times),
    })),
  };
}

/**
 * Of many measures, as many as there are colours: those that rose highest, in their own order. A queue that stayed
 * empty would draw a line along the axis.
 */
function shown(measures: readonly Measure[]): readonly Measure[] {
  if (measures.length <= COLOURS.length) return measures;
  const peak = ({ points }: Measure) => points.reduce((most, { value }) => Math.max(most, value), 0);
  const lively = measures.filter((measure) => peak(measure) > 0).toSorted((a, b) => peak(b) - peak(a));
  const chosen = new Set((lively.length > 0 ? lively : measures).slice(0, COLOURS.length));
  return measures.filter((measure) => chosen.has(measure));
}

/** CloudFormation's name for a service, by the part that a person gave it: `queue-workers`. */
export function shortLabel(label: string): string {
  return label.replace(/[A-Za-z0-9]+-([A-Za-z]+?)(?:Service)?[0-9A-F]{8}-[A-Z0-9]+/g, (_, name: string) =>
    name.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase(),
  );
}

/** Tasks by one part of their series' ids, `tasks.<capacity>.<state>`: 1 for the capacity provider, 2 for the state. */
export function tasksBy(history: History, part: 1 | 2): Plot {
  const chosen = history.series.filter(({ group }) => group === "tasks");
  const times = axisOf(chosen, history.periodSeconds * 1000);
  const sums = new Map<string, number[]>();
  for (const measure of chosen) {
    const name = measure.id.split(".")[part] ?? measure.label;
    const before = sums.get(name) ?? times.map(() => 0);
    const values = valuesAt(measure, times);
    sums.set(
      name,
      before.map((sum, index) => sum + (values[index] ?? 0)),
    );
  }
  const names = [...sums.keys()].sort();
  return {
    times,
    series: names.map((name, index) => ({
      name: capacityName(name),
      colour: OWN_COLOURS[name] ?? COLOURS[index % COLOURS.length] ?? COLOURS[0],
      values: sums.get(name) ?? [],
    })),
  };
}

/** From the first to the last point of any, a period apart. */
function axisOf(measures: readonly Measure[], periodMs: number): number[] {
  const all = measures.flatMap(({ points }) => points.map(({ at }) => Date.parse(at)));
  if (all.length === 0) return [];
  const first = all.reduce((a, b) => Math.min(a, b));
  const last = all.reduce((a, b) => Math.max(a, b));
  return Array.from(
    { length: Math.round((last - first) / periodMs) + 1 },
    (_, index) => first + index * periodMs,
  );
}

function valuesAt({ points }: Measure, times: readonly number[]): (number | null)[] {
  const values = new Map(points.map(({ at, value }) => [Date.parse(at), value]));
  return times.map((time) => values.get(time) ?? null);
}
