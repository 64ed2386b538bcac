import type { Column } from "./column.ts";
import type { Connection, Value } from "./engine.ts";
import { identifier, literal } from "./sql.ts";
import { type Found, list } from "./values.ts";

export const TOP_VALUES = 5;
/** Characters of a value that are shown. */
export const LONGEST_VALUE = 200;

export interface TopValue {
  readonly value: string;
  readonly count: number;
}

export interface Tops {
  readonly distinct?: number;
  readonly values: TopValue[];
}

/** Counts every value, of all columns in one grouping: a grouping per column takes a small table twice the time. */
export async function exactTops(
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

/** What to ask of a column to know how often the values occur that a sample found to be frequent. */
export interface TopsQuestion {
  readonly aggregates: readonly string[];
  topsFrom(answers: readonly Value[]): Tops;
}

/** Where nearly all values differ, none is frequent. */
export function topsQuestion({ name, type, kind }: Column, { d, t }: Found, rows: number): TopsQuestion {
  const candidates = Number(d) > rows / 2 ? [] : list(t).map(String);
  const c = identifier(name);
  const isValue = (value: string) => {
    if (kind === "nested") return `left(${c}::VARCHAR, ${LONGEST_VALUE}) = ${literal(value)}`;
    if (kind !== "text") return `${c} = ${literal(value)}::${type}`;
    const cut = [...value].length >= LONGEST_VALUE;
    return cut ? `starts_with(${c}, ${literal(value)})` : `${c} = ${literal(value)}`;
  };
  return {
    aggregates: candidates.map((value) => `count_if(${isValue(value)})`),
    topsFrom: (answers) => ({ values: pairs(candidates, answers).sort((a, b) => b.count - a.count) }),
  };
}

/** The values that occur most often in a sample, at most as long as they are shown. */
export function frequentOf({ name, kind }: Column): string {
  const c = identifier(name);
  const text = kind === "nested" ? `${c}::VARCHAR` : c;
  const shown = kind === "nested" || kind === "text" ? `left(${text}, ${LONGEST_VALUE})` : c;
  return `approx_top_k(${shown}, ${TOP_VALUES})`;
}

function pairs(values: readonly Value[], counts: readonly Value[]) {
  return values.map((value, at) => ({ value: String(value), count: Number(counts[at] ?? 0) }));
}
