import type { ColumnProfile } from "../../../../events/results/tables.ts";
import type { Column } from "./column.ts";
import { formulaLikeCount } from "./formulas.ts";
import { identifier } from "./sql.ts";
import { LONGEST_VALUE } from "./top-values.ts";
import { type Found, list, numeric } from "./values.ts";

const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95];

/** Of larger numbers the squares are beyond all numbers. */
const SQUARES_UP_TO = 1e150;

/**
 * Aggregates over all rows, by the name under which `statisticsOf` looks for them.
 * @param huge some column holds numbers so large that DuckDB ends the query over their sum: all are added up as
 *   floating-point numbers then, and those columns get no mean
 */
export function aggregatesOf({ name, kind, type }: Column, huge = false): Record<string, string> {
  const c = identifier(name);
  switch (kind) {
    case "number":
      return {
        n: `count(${c})`,
        lo: `min(${c})`,
        hi: `max(${c})`,
        mean: summed("avg", c, type, huge),
        sd: summed("stddev_samp", c, type, huge),
      };
    case "time":
      return {
        n: `count(${c})`,
        lo: `min(${c})`,
        hi: `max(${c})`,
        lo_s: `epoch(min(${c}))`,
        hi_s: `epoch(max(${c}))`,
      };
    case "text":
      return {
        n: `count(${c})`,
        lo: `left(min(${c}), ${LONGEST_VALUE})`,
        hi: `left(max(${c}), ${LONGEST_VALUE})`,
        len_lo: `min(length(${c}))`,
        len_hi: `max(length(${c}))`,
        len_mean: `avg(length(${c}))`,
        fx: formulaLikeCount(c),
      };
    case "boolean":
      return { n: `count(${c})`, lo: `min(${c})`, hi: `max(${c})` };
    case "nested":
      return { n: `count(${c})` };
  }
}

function summed(aggregate: string, column: string, type: string, huge: boolean): string {
  if (!huge) return `${aggregate}(${finite(column, type)})`;
  const number = `${column}::DOUBLE`;
  const large = `abs(${number}) >= ${SQUARES_UP_TO}`;
  return `CASE WHEN NOT bool_or(isfinite(${number}) AND ${large})
          THEN ${aggregate}(CASE WHEN NOT ${large} THEN ${number} END) END`;
}

/** Of a number column: an aggregate that gives the values at the shares of `QUANTILES`. */
export function quantilesOf({ name, kind, type }: Column): string | undefined {
  if (kind !== "number") return undefined;
  return `quantile_cont(${finite(identifier(name), type)}::DOUBLE, [${QUANTILES}])`;
}

/** Infinities and NaN would make every sum one of them. */
function finite(column: string, type: string): string {
  return /^(FLOAT|DOUBLE)/.test(type) ? `CASE WHEN isfinite(${column}) THEN ${column}::DOUBLE END` : column;
}

/** @param found of the aggregates, and of the quantiles under `q` */
export function statisticsOf({ kind }: Column, found: Found): Partial<ColumnProfile> {
  const { lo = null, hi = null } = found;
  if (lo === null) return {};
  switch (kind) {
    case "number": {
      const quantiles = list(found.q);
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
