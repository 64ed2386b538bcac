import type { Column } from "./column.ts";
import type { Connection, Value } from "./engine.ts";
import { identifier } from "./sql.ts";
import { type Found, list, members } from "./values.ts";

const BINS = 10;

/** Counts between neighbouring edges: the first edge belongs to the first bin, every other to the one before it. */
export interface Histogram {
  readonly edges: Value[];
  readonly counts: number[];
}

/** Bins of equal width between the least and the greatest value, for numbers and times. */
export async function histogramsOf(
  connection: Connection,
  source: string,
  columns: readonly Column[],
  seen: readonly Found[],
): Promise<(Histogram | undefined)[]> {
  const ranges = columns.map(({ kind }, index) => {
    const found = seen[index] ?? {};
    const [lo, hi] = kind === "time" ? [found.lo_s, found.hi_s] : [found.lo, found.hi];
    const [from, to] = [Number(lo ?? Number.NaN), Number(hi ?? Number.NaN)];
    const usable = (kind === "number" || kind === "time") && Number.isFinite(from) && to > from;
    return usable && Number.isFinite(to) ? { from, to } : undefined;
  });
  const selects = columns.flatMap(({ name, kind }, index) => {
    const range = ranges[index];
    if (!range) return [];
    const c = identifier(name);
    const value = kind === "time" ? `epoch(${c})` : `${c}::DOUBLE`;
    const width = (range.to - range.from) / BINS;
    const bin = `greatest(0, least(${BINS - 1}, ceil((${value} - ${range.from}::DOUBLE) / ${width}::DOUBLE) - 1))`;
    return [`histogram((${bin})::TINYINT) FILTER (${c} IS NOT NULL)`];
  });
  if (selects.length === 0) return [];
  const [row = []] = await connection.rows(`SELECT ${selects.join(", ")} FROM ${source}`);
  let at = 0;
  return ranges.map((range, index) => {
    if (!range) return undefined;
    const counts = Array.from({ length: BINS }, () => 0);
    for (const entry of list(row[at++])) {
      const { key, value } = members(entry);
      counts[Number(key)] = Number(value);
    }
    return { edges: edgesOf(range, columns[index]?.kind === "time"), counts };
  });
}

function edgesOf({ from, to }: { from: number; to: number }, isTime: boolean): Value[] {
  return Array.from({ length: BINS + 1 }, (_, at) => {
    const edge = at === BINS ? to : from + ((to - from) * at) / BINS;
    return isTime ? new Date(edge * 1_000).toISOString() : edge;
  });
}
