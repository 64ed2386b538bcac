import type { ColumnProfile } from "../../../../events/results/tables.ts";
import type { Column } from "./column.ts";
import type { Connection } from "./engine.ts";
import { histogramsOf } from "./histograms.ts";
import { identifier } from "./sql.ts";
import { comparable, countedTops, exactTops, LONGEST_VALUE, TOP_VALUES } from "./top-values.ts";
import { type Found, members, numeric } from "./values.ts";

/** Tables of more rows have their distinct values, quantiles and top values estimated. */
const EXACT_UP_TO_ROWS = 100_000;
/** Columns per statement: thousands in one would take the parser and the optimizer longer than the work. */
const COLUMNS_AT_ONCE = 40;
const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95];

/** Looks at the columns of `source`, which is read two or three times per forty columns. */
export async function profile(
  connection: Connection,
  source: string,
  rows: number,
  columns: readonly Column[],
  onPercent: (percent: number) => void,
): Promise<{ profiles: ColumnProfile[]; formulaLikeCells: number }> {
  const profiles: ColumnProfile[] = [];
  let formulaLikeCells = 0;
  for (let start = 0; start < columns.length; start += COLUMNS_AT_ONCE) {
    onPercent(Math.round((start / columns.length) * 100));
    const some = columns.slice(start, start + COLUMNS_AT_ONCE);
    const profiled = await profileSome(connection, source, rows, some);
    profiles.push(...profiled.profiles);
    formulaLikeCells += profiled.formulaLikeCells;
  }
  return { profiles, formulaLikeCells };
}

async function profileSome(
  connection: Connection,
  source: string,
  rows: number,
  columns: readonly Column[],
): Promise<{ profiles: ColumnProfile[]; formulaLikeCells: number }> {
  const exact = rows <= EXACT_UP_TO_ROWS;
  const [basics = []] = await connection.rows(
    `SELECT ${columns.map((column) => basicsOf(column, exact)).join(", ")} FROM ${source}`,
  );
  const seen = columns.map((_, index) => members(basics[index]));
  const tops = exact
    ? await exactTops(connection, source, columns)
    : await countedTops(connection, source, rows, columns, seen);
  const histograms = await histogramsOf(connection, source, columns, seen);
  const profiles = columns.map((column, index) => {
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
  return { profiles, formulaLikeCells: seen.reduce((sum, { fx }) => sum + Number(fx ?? 0), 0) };
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
      fx: `count(*) FILTER (${looksLikeFormula(c)})`,
    });
  }
  if (kind === "boolean") Object.assign(parts, { lo: `min(${c})`, hi: `max(${c})` });
  return `{${Object.entries(parts)
    .map(([member, sql]) => `${member}: ${sql}`)
    .join(", ")}}`;
}

/**
 * What spreadsheet programs take for a formula when they open a CSV file. A sign alone is none: negative numbers and
 * dashes begin so too. Source: OWASP, "CSV Injection".
 */
function looksLikeFormula(column: string): string {
  const first = `left(${column}, 1)`;
  return `${first} IN ('=', '@') OR (${first} IN ('+', '-') AND (contains(${column}, '(') OR contains(${column}, '|')))`;
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
