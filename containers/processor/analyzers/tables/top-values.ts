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

/** Counts the values that were found to be frequent; where nearly all differ, none is. */
export async function countedTops(
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
export function comparable(name: string, kind: Column["kind"]): string {
  const c = identifier(name);
  if (kind === "nested") return `left(${c}::VARCHAR, ${LONGEST_VALUE})`;
  return kind === "text" ? `left(${c}, ${LONGEST_VALUE})` : c;
}

function pairs(values: readonly Value[], counts: readonly Value[]) {
  return values.map((value, at) => ({ value: String(value), count: Number(counts[at] ?? 0) }));
}
