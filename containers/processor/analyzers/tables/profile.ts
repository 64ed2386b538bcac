import type { Column } from "./column.ts";
import type { Connection, Value } from "./engine.ts";
import { type Histogram, histogramsOf } from "./histograms.ts";
import { identifier } from "./sql.ts";
import {
  comparable,
  countedTops,
  exactTops,
  LONGEST_VALUE,
  TOP_VALUES,
  type TopValue,
} from "./top-values.ts";
import { type Found, members, numeric } from "./values.ts";

/** Tables of more rows have their distinct values, quantiles and top values estimated. */
const EXACT_UP_TO_ROWS = 100_000;
/** Columns per statement: thousands in one would take the parser and the optimizer longer than the work. */
const COLUMNS_AT_ONCE = 40;
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
  readonly topValues: readonly TopValue[];
  readonly histogram?: Histogram;
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
