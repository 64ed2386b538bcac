import { useState } from "preact/hooks";
import { compact, minute, moment } from "../lib/format.ts";
import { useWidth } from "../lib/use-width.ts";
import { ticks, timeTicks } from "./scale.ts";
import type { Series } from "./series.ts";

export interface Mark {
  readonly time: number;
  readonly label: string;
}

const LEFT = 46;
const RIGHT = 8;
const TOP = 10;
const BOTTOM = 24;
/** Half of a time below the axis: one nearer to the edge would be cut. */
const LABEL_HALF = 18;

export interface TimeChartProps {
  readonly title: string;
  /** Milliseconds since the epoch, rising. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly marks?: readonly Mark[];
  readonly stacked?: boolean;
  /** Things that are counted. */
  readonly whole?: boolean;
  readonly height?: number;
  readonly format?: (value: number) => string;
  /** A value holds until the next one. */
  readonly step?: boolean;
}

/**
 * Values over time: lines, or areas that stand on one another. Its legend, a value under the pointer or the arrow
 * keys, and a table of the same figures say what it shows.
 */
export function TimeChart({
  title,
  times,
  series,
  marks = [],
  stacked = false,
  whole = false,
  height = 200,
  format = compact,
  step = false,
}: TimeChartProps) {
  const [frame, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<number>();
  const from = times[0] ?? 0;
  const to = times.at(-1) ?? 1;
  const layers = stacked
    ? stack(series)
    : series.map(({ values }) => values.map((value) => [0, value] as const));
  const top = Math.max(0, ...layers.flat().map(([, value]) => value ?? 0));
  const levels = ticks(top, whole);
  const max = levels.at(-1) ?? 1;
  const right = Math.max(LEFT + 1, width - RIGHT);
  const x = (time: number) => LEFT + ((time - from) / Math.max(1, to - from)) * (right - LEFT);
  const y = (value: number) => TOP + (1 - value / max) * (height - TOP - BOTTOM);
  const shown = at === undefined ? undefined : Math.min(at, times.length - 1);
  const seek = (clientX: number, box: DOMRect) => {
    const time = from + ((clientX - box.left - LEFT) / (right - LEFT)) * (to - from);
    setAt(nearest(times, time));
  };
  const byKey = (event: KeyboardEvent) => {
    const last = times.length - 1;
    const moves: Record<string, number> = {
      ArrowLeft: Math.max(0, (shown ?? last + 1) - 1),
      ArrowRight: Math.min(last, (shown ?? last - 1) + 1),
      Home: 0,
      End: last,
    };
    const next = moves[event.key];
    if (event.key === "Escape") setAt(undefined);
    if (next === undefined) return;
    event.preventDefault();
    setAt(next);
  };
  return (
    <figure class="time-chart">
      <Legend
        series={series}
        shown={shown}
        format={format}
        time={shown === undefined ? undefined : times[shown]}
      />
      <div
        ref={frame}
        class="time-chart-frame"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys walk through the values, which are said below
        tabIndex={0}
        role="group"
        aria-label={`${title}. Arrow keys read its values.`}
        onKeyDown={byKey}
        onPointerMove={(event) => seek(event.clientX, event.currentTarget.getBoundingClientRect())}
        onPointerLeave={() => setAt(undefined)}
        onBlur={() => setAt(undefined)}
      >
        <svg width={width} height={height} aria-hidden="true">
          {levels.map((level) => (
            <g key={level}>
              <line x1={LEFT} x2={right} y1={y(level)} y2={y(level)} class="grid" />
              <text x={LEFT - 8} y={y(level) + 4} class="axis" text-anchor="end">
                {format(level)}
              </text>
            </g>
          ))}
          {timeTicks(from, to, Math.max(2, Math.floor(width / 90))).map((time) => (
            <text
              key={time}
              x={x(time)}
              y={height - 6}
              class="axis"
              text-anchor={x(time) > right - LABEL_HALF ? "end" : "middle"}
            >
              {minute(time)}
            </text>
          ))}
          {series.map(({ name, colour, dashed, values }, index) => (
            <g key={name} style={{ color: `var(${colour})` }}>
              {stacked && !dashed && <path d={area(layers[index] ?? [], times, x, y, step)} class="area" />}
              {(!stacked || dashed || rises(values)) && (
                <path
                  d={line(layers[index] ?? [], times, x, y, step)}
                  class={dashed ? "line dashed" : "line"}
                />
              )}
            </g>
          ))}
          {marks.map(({ time, label }) => (
            <line
              key={`${time} ${label}`}
              x1={x(time)}
              x2={x(time)}
              y1={TOP}
              y2={height - BOTTOM}
              class="mark"
            >
              <title>{label}</title>
            </line>
          ))}
          {shown !== undefined && (
            <line
              x1={x(times[shown] ?? from)}
              x2={x(times[shown] ?? from)}
              y1={TOP}
              y2={height - BOTTOM}
              class="cursor"
            />
          )}
        </svg>
        <p class="hidden" role="status">
          {shown !== undefined &&
            `${moment(times[shown] ?? 0)}: ${series
              .map(({ name, values }) => `${name} ${said(values[shown], format)}`)
              .join(", ")}`}
        </p>
      </div>
    </figure>
  );
}

function Legend({
  series,
  shown,
  time,
  format,
}: {
  readonly series: readonly Series[];
  readonly shown: number | undefined;
  readonly time: number | undefined;
  readonly format: (value: number) => string;
}) {
  return (
    <figcaption class="legend">
      {series.map(({ name, colour, values, dashed }) => (
        <span key={name}>
          <svg width="12" height="12" aria-hidden="true" style={{ color: `var(${colour})` }}>
            {dashed ? (
              <path d="M0 6h12" class="line dashed" />
            ) : (
              <rect width="12" height="12" rx="3" fill="currentColor" />
            )}
          </svg>
          {name} <b>{said(values[shown ?? values.length - 1], format)}</b>
        </span>
      ))}
      <span class="legend-time">{time === undefined ? "now" : minute(time)}</span>
    </figcaption>
  );
}

function said(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? "–" : format(value);
}

type Span = readonly [low: number, high: number | null];

/** What is nothing throughout adds nothing to a stack: its line would only cover that of the layer below. */
function rises(values: Series["values"]): boolean {
  return values.some((value) => value !== null && value > 0);
}

/** Each series on the sum of those before it. */
function stack(series: readonly Series[]): Span[][] {
  const sums: number[] = [];
  return series.map(({ values, dashed }) =>
    values.map((value, index): Span => {
      if (dashed) return [0, value];
      const low = sums[index] ?? 0;
      const high = low + (value ?? 0);
      sums[index] = high;
      return [low, high];
    }),
  );
}

type Place = (value: number) => number;

function line(spans: readonly Span[], times: readonly number[], x: Place, y: Place, step: boolean): string {
  let text = "";
  let open = false;
  let before = 0;
  for (const [index, [, high]] of spans.entries()) {
    if (high === null) {
      open = false;
      continue;
    }
    const left = x(times[index] ?? 0).toFixed(1);
    const up = y(high).toFixed(1);
    if (open && step) text += `L${left} ${y(before).toFixed(1)}`;
    text += `${open ? "L" : "M"}${left} ${up}`;
    open = true;
    before = high;
  }
  return text;
}

function area(spans: readonly Span[], times: readonly number[], x: Place, y: Place, step: boolean): string {
  const known = spans.map(([low, high]): Span => [low, high ?? low]);
  const upper = line(known, times, x, y, step);
  if (upper === "") return "";
  let lower = "";
  for (let index = known.length - 1; index >= 0; index--) {
    const left = x(times[index] ?? 0).toFixed(1);
    lower += `L${left} ${y(known[index]?.[0] ?? 0).toFixed(1)}`;
    const previous = known[index - 1];
    if (step && previous) lower += `L${left} ${y(previous[0]).toFixed(1)}`;
  }
  return `${upper}${lower}Z`;
}

function nearest(times: readonly number[], time: number): number {
  let best = 0;
  for (const [index, candidate] of times.entries()) {
    if (Math.abs(candidate - time) < Math.abs((times[best] ?? 0) - time)) best = index;
  }
  return best;
}
