import { ExpressionError } from "./expression-error.ts";
import type { MathValue, Series } from "./value.ts";

/**
 * FILL(series, filler): periods without data get the filler: a number, another series' value, `REPEAT` for the
 * value before, or `LINEAR` for the line between the neighbours.
 */
export function fill(subject: MathValue, filler: MathValue, periods: readonly number[]): MathValue {
  if (subject.kind === "series")
    return { kind: "series", series: fillSeries(subject.series, filler, periods) };
  if (subject.kind === "list") {
    const items = subject.items.map(({ id, series }) => ({
      id,
      series: fillSeries(series, filler, periods),
    }));
    return { kind: "list", items };
  }
  throw new ExpressionError("FILL takes a series");
}

function fillSeries(series: Series, filler: MathValue, periods: readonly number[]): Series {
  const filled = new Map<number, number>();
  let before: number | undefined;
  for (const at of periods) {
    const known = series.get(at);
    const value = known ?? fillerAt(filler, { at, before, series, periods });
    if (value !== undefined) filled.set(at, value);
    if (known !== undefined) before = at;
  }
  return filled;
}

interface Gap {
  readonly at: number;
  /** Start of the last period with data. */
  readonly before: number | undefined;
  readonly series: Series;
  readonly periods: readonly number[];
}

function fillerAt(filler: MathValue, gap: Gap): number | undefined {
  if (filler.kind === "scalar") return filler.value;
  if (filler.kind === "series") return filler.series.get(gap.at);
  // REPEAT and LINEAR are written without quotes.
  const mode = filler.kind === "text" ? filler.value.toUpperCase() : undefined;
  const earlier = gap.before === undefined ? undefined : gap.series.get(gap.before);
  if (mode === "REPEAT") return earlier;
  if (mode !== "LINEAR") throw new ExpressionError("FILL takes a number, a series, REPEAT or LINEAR");
  const after = gap.periods.find((at) => at > gap.at && gap.series.has(at));
  const later = after === undefined ? undefined : gap.series.get(after);
  if (earlier === undefined || later === undefined || gap.before === undefined || after === undefined) {
    return undefined;
  }
  return earlier + ((later - earlier) * (gap.at - gap.before)) / (after - gap.before);
}
