import type { ColumnProfile } from "../../../../events/results/tables.ts";
import type { Column } from "./column.ts";
import { formulaLikeCount } from "./formulas.ts";
import { identifier } from "./sql.ts";
import { LONGEST_VALUE } from "./top-values.ts";
import { type Found, list, numeric } from "./values.ts";

const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95];

/** Aggregates over all rows, by the name under which `statisticsOf` looks for them. */
export function aggregatesOf({ name, kind, type }: Column): Record<string, string> {
  const c = identifier(name);
  switch (kind) {
    case "number":
      return {
        n: `count(${c})`,
        lo: `min(${c})`,
        hi: `max(${c})`,
        mean: `avg(${finite(c, type)})`,
        sd: `stddev_samp(${finite(c, type)})`,
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
