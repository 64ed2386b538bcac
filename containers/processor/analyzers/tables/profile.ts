import type { Column } from "./column.ts";
import type { Connection, Value } from "./engine.ts";
import { identifier, literal } from "./sql.ts";
import { type Found, list, members, numeric } from "./values.ts";

/** Tables of more rows have their distinct values, quantiles and top values estimated. */
const EXACT_UP_TO_ROWS = 100_000;
/** Columns per statement: thousands in one would take the parser and the optimizer longer than the work. */
const COLUMNS_AT_ONCE = 40;
const TOP_VALUES = 5;
const BINS = 10;
const LONGEST_VALUE = 200;
const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95];

/** What is known of one column. Members that make no sense for its type are absent. */
export interface ColumnProfile {
  readonly name: string;
  readonly type: string;
  readonly nulls: number;
  readonly distinct: number;
  /** Present and true when `distinct`, the quantiles and the choice of top values are estimates. */
  readonly approximate?: true;
  readonly min?: Value;
  readonly max?: Value;
  readonly mean?: Value;
  readonly standardDeviation?: Value;
  /** By share of values, `0.5` being the median. */
  readonly quantiles?: Readonly<Record<string, Value>>;
  /** Characters of the shortest and the longest value. */
  readonly length?: { readonly min: number; readonly max: number; readonly mean: number };
  readonly topValues: readonly { readonly value: string; readonly count: number }[];
  /** Counts between neighbouring edges: the first edge belongs to the first bin, every other to the one before it. */
  readonly histogram?: { readonly edges: readonly Value[]; readonly counts: readonly number[] };
}

/** Looks at the columns of `source`, which is read two or three times per forty columns. */
export async function profile(
  connection: Connection,
  source: string,
  rows: number,
  columns: readonly Column[],
  onPercent: (percent: number) => void,
): Promise<ColumnProfile[]> {
  const profiles: ColumnProfile[] = [];
  for (let start = 0; start < columns.length; start += COLUMNS_AT_ONCE) {
    onPercent(Math.round((start / columns.length) * 100));
    const some = columns.slice(start, start + COLUMNS_AT_ONCE);
    profiles.push(...(await profileSome(connection, source, rows, some)));
  }
  return profiles;
}

async function profileSome(
  connection: Connection,
  source: string,
  rows: number,
  columns: readonly Column[],
): Promise<ColumnProfile[]> {
  const exact = rows <= EXACT_UP_TO_ROWS;
  const [basics = []] = await connection.rows(
    `SELECT ${columns.map((column) => basicsOf(column, exact)).join(", ")} FROM ${source}`,
  );
  const seen = columns.map((_, index) => members(basics[index]));
  const tops = exact
    ? await exactTops(connection, source, columns)
    : await countedTops(connection, source, rows, columns, seen);
  const histograms = await histogramsOf(connection, source, columns, seen);
  return columns.map((column, index) => {
    const found = seen[index] ?? {};
    const top = tops[index];
    const histogram = histograms[index];
    return {
      name: column.name,
      type: column.type,
      nulls: rows - Number(found.n ?? 0),
      distinct: top?.distinct ?? Number(found.d ?? 0),
      ...(!exact && { approximate: true as const }),
      ...statisticsOf(column, found),
      topValues: top?.values ?? [],
      ...(histogram && { histogram }),
    };
  });
}

/** One struct per column: what a single pass of aggregates gives. */
function basicsOf({ name, kind }: Column, exact: boolean): string {
  const c = identifier(name);
  const parts: Record<string, string> = { n: `count(${c})` };
  if (!exact) {
    parts.d = `approx_count_distinct(${comparable(name, kind)})`;
    parts.t = `approx_top_k(${comparable(name, kind)}, ${TOP_VALUES})`;
  }
  if (kind === "number") {
    const quantile = exact ? "quantile_cont" : "approx_quantile";
    Object.assign(parts, {
      lo: `min(${c})`,
      hi: `max(${c})`,
      mean: `avg(${finite(c)})`,
      sd: `stddev_samp(${finite(c)})`,
      q: `${quantile}(${finite(c)}, [${QUANTILES}])`,
    });
  }
  if (kind === "time") {
    Object.assign(parts, {
      lo: `min(${c})`,
      hi: `max(${c})`,
      lo_s: `epoch(min(${c}))`,
      hi_s: `epoch(max(${c}))`,
    });
  }
  if (kind === "text") {
    Object.assign(parts, {
      lo: `left(min(${c}), ${LONGEST_VALUE})`,
      hi: `left(max(${c}), ${LONGEST_VALUE})`,
      len_lo: `min(length(${c}))`,
      len_hi: `max(length(${c}))`,
      len_mean: `avg(length(${c}))`,
    });
  }
  if (kind === "boolean") Object.assign(parts, { lo: `min(${c})`, hi: `max(${c})` });
  return `{${Object.entries(parts)
    .map(([member, sql]) => `${member}: ${sql}`)
    .join(", ")}}`;
}

/** Infinities and NaN would make every sum one of them. */
function finite(column: string): string {
  return `CASE WHEN isfinite(${column}::DOUBLE) THEN ${column}::DOUBLE END`;
}

function statisticsOf({ kind }: Column, found: Found): Partial<ColumnProfile> {
  const { lo = null, hi = null } = found;
  if (lo === null) return {};
  switch (kind) {
    case "number": {
      const quantiles = Array.isArray(found.q) ? found.q : [];
      return {
        min: numeric(lo),
        max: numeric(hi),
        mean: numeric(found.mean),
        standardDeviation: numeric(found.sd),
        quantiles: Object.fromEntries(QUANTILES.map((share, at) => [share, numeric(quantiles[at])])),
      };
    }
    case "text":
      return {
        min: lo,
        max: hi,
        length: { min: Number(found.len_lo), max: Number(found.len_hi), mean: Number(found.len_mean) },
      };
    default:
      return { min: lo, max: hi };
  }
}

interface Tops {
  readonly distinct?: number;
  readonly values: readonly { readonly value: string; readonly count: number }[];
}

/** Counts every value, of all columns in one grouping: a grouping per column takes a small table twice the time. */
async function exactTops(
  connection: Connection,
  source: string,
  columns: readonly Column[],
): Promise<Tops[]> {
  const values = columns.map(({ name }) => `${identifier(name)}::VARCHAR`);
  const found = await connection.rows(
    `SELECT i, count(*)::DOUBLE, arg_max(left(v, ${LONGEST_VALUE}), k, ${TOP_VALUES}), max(k, ${TOP_VALUES})::DOUBLE[]
     FROM (SELECT i, v, count(*) k
           FROM (SELECT unnest(range(${columns.length})) i, unnest([${values.join(", ")}]) v FROM ${source})
           WHERE v IS NOT NULL GROUP BY i, v)
     GROUP BY i`,
  );
  const tops: Tops[] = [];
  for (const [index, distinct, top, counts] of found) {
    tops[Number(index)] = { distinct: Number(distinct), values: pairs(list(top), list(counts)) };
  }
  return tops;
}

/** Counts the values that were found to be frequent; where nearly all differ, none is. */
async function countedTops(
  connection: Connection,
  source: string,
  rows: number,
  columns: readonly Column[],
  seen: readonly Found[],
): Promise<Tops[]> {
  const candidates = seen.map(({ d, t }) => (Number(d) > rows / 2 ? [] : list(t).map(String)));
  const counts = columns.flatMap(({ name, type, kind }, index) =>
    (candidates[index] ?? []).map((value) => {
      const typed = kind === "nested" ? literal(value) : `${literal(value)}::${type}`;
      return `count(*) FILTER (${comparable(name, kind)} = ${typed})::DOUBLE`;
    }),
  );
  const [row = []] =
    counts.length > 0 ? await connection.rows(`SELECT ${counts.join(", ")} FROM ${source}`) : [];
  let at = 0;
  return candidates.map((values) => {
    const counted = row.slice(at, at + values.length);
    at += values.length;
    return { values: pairs(values, counted).sort((a, b) => b.count - a.count) };
  });
}

/** A column as something with an order: lists and structs are compared as text, long text by its beginning. */
function comparable(name: string, kind: Column["kind"]): string {
  const c = identifier(name);
  if (kind === "nested") return `left(${c}::VARCHAR, ${LONGEST_VALUE})`;
  return kind === "text" ? `left(${c}, ${LONGEST_VALUE})` : c;
}

function pairs(values: readonly Value[], counts: readonly Value[]) {
  return values.map((value, at) => ({ value: String(value), count: Number(counts[at] ?? 0) }));
}

type Histogram = NonNullable<ColumnProfile["histogram"]>;

/** Bins of equal width between the least and the greatest value, for numbers and times. */
async function histogramsOf(
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
