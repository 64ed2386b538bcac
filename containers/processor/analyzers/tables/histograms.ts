import type { Column } from "./column.ts";
import type { Value } from "./engine.ts";
import { identifier } from "./sql.ts";
import type { Found } from "./values.ts";

const BINS = 10;
/** Seconds from 1970 that JavaScript can still name as a date. */
const MOST_SECONDS = 8.64e12;

/** Counts between neighbouring edges: the first edge belongs to the first bin, every other to the one before it. */
export interface Histogram {
  readonly edges: Value[];
  readonly counts: number[];
}

/** What to ask of a column for a histogram over a known range, and what to make of the answers. */
export interface HistogramQuestion {
  /** Aggregates: how many values are at most each of the inner edges. */
  readonly aggregates: readonly string[];
  /** @param values that are not null */
  histogramFrom(answers: readonly Value[], values: number): Histogram;
}

/**
 * Bins of equal width between the least and the greatest value, for numbers and times. Counted up to each edge: ten
 * comparisons take a fraction of the time that a grouping by bin does.
 */
export function histogramQuestion({ name, kind, type }: Column, found: Found): HistogramQuestion | undefined {
  const range = rangeOf(kind, found);
  if (!range) return undefined;
  const edges = Array.from({ length: BINS + 1 }, (_, at) =>
    at === BINS ? range.to : range.from + ((range.to - range.from) * at) / BINS,
  );
  const c = identifier(name);
  const upTo = (edge: number) => {
    if (kind === "time") return `count_if(epoch(${c}) <= ${edge}::DOUBLE)`;
    const whole = /INT/.test(type) && Number.isSafeInteger(Math.floor(edge));
    return `count_if(${whole ? `${c} <= ${Math.floor(edge)}` : `${c}::DOUBLE <= ${edge}::DOUBLE`})`;
  };
  return {
    aggregates: edges.slice(1, -1).map(upTo),
    histogramFrom(answers, values) {
      const reached = [...answers.map(Number), values];
      return {
        edges: kind === "time" ? edges.map((edge) => new Date(edge * 1_000).toISOString()) : edges,
        counts: reached.map((count, at) => count - (reached[at - 1] ?? 0)),
      };
    },
  };
}

function rangeOf(kind: Column["kind"], found: Found): { from: number; to: number } | undefined {
  if (kind !== "number" && kind !== "time") return undefined;
  const [lo, hi] = kind === "time" ? [found.lo_s, found.hi_s] : [found.lo, found.hi];
  const [from, to] = [Number(lo ?? Number.NaN), Number(hi ?? Number.NaN)];
  const most = kind === "time" ? MOST_SECONDS : Number.MAX_VALUE;
  // A difference beyond all numbers has no tenth.
  const usable = Math.abs(from) <= most && Math.abs(to) <= most && to > from && Number.isFinite(to - from);
  return usable ? { from, to } : undefined;
}
