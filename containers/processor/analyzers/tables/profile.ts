import type { ColumnProfile, FormulaLike } from "../../../../events/results/tables.ts";
import type { Column } from "./column.ts";
import { DistinctEstimate } from "./distinct.ts";
import type { Connection, Value } from "./engine.ts";
import { firstFormulas } from "./formulas.ts";
import { histogramQuestion } from "./histograms.ts";
import { aggregatesOf, quantilesOf, statisticsOf } from "./statistics.ts";
import { exactTops, frequentOf, type Tops, topsQuestion } from "./top-values.ts";
import { type Found, members } from "./values.ts";

/** Tables of more rows have their distinct values, quantiles and the choice of top values estimated. */
const EXACT_UP_TO_ROWS = 100_000;
/** Rows from which a large table's quantiles and top values are estimated: a quantile is right to about a thousandth. */
const SAMPLED_ROWS = 200_000;
/** Columns per statement: thousands in one would take the parser and the optimizer longer than the work. */
const COLUMNS_AT_ONCE = 40;

/** What a table's columns hold. */
export interface Profile {
  readonly columns: ColumnProfile[];
  readonly formulas: FormulaLike;
}

/**
 * Looks at the columns of a table of the connection, which is read three times per forty columns: for what needs every
 * value, for what a sample tells, and for what needs the first two to be known.
 */
export async function profile(
  connection: Connection,
  table: string,
  rows: number,
  columns: readonly Column[],
  onPercent: (percent: number) => void,
): Promise<Profile> {
  const profiles: ColumnProfile[] = [];
  const withFormulas: Column[] = [];
  let formulaLikeCells = 0;
  for (let start = 0; start < columns.length; start += COLUMNS_AT_ONCE) {
    onPercent(Math.round((start / columns.length) * 100));
    const some = columns.slice(start, start + COLUMNS_AT_ONCE);
    const { found, profiled } = await profileSome(connection, table, rows, some);
    profiles.push(...profiled);
    some.forEach((column, index) => {
      const count = Number(found[index]?.fx ?? 0);
      if (count > 0) withFormulas.push(column);
      formulaLikeCells += count;
    });
  }
  const first = await firstFormulas(connection, table, withFormulas);
  return { columns: profiles, formulas: { cells: formulaLikeCells, first } };
}

async function profileSome(
  connection: Connection,
  table: string,
  rows: number,
  columns: readonly Column[],
): Promise<{ found: Found[]; profiled: ColumnProfile[] }> {
  const exact = rows <= EXACT_UP_TO_ROWS;
  const found = exact
    ? await askExactly(connection, table, columns)
    : await askEstimating(connection, table, rows, columns);
  const counted = exact ? await exactTops(connection, table, columns) : undefined;
  const { tops, histograms } = await countAgain(connection, table, rows, columns, found, counted);
  const profiled = columns.map((column, index) => {
    const seen = found[index] ?? {};
    const top = tops[index];
    const histogram = histograms[index];
    return {
      name: column.name,
      type: column.type,
      nulls: rows - Number(seen.n ?? 0),
      distinct: top?.distinct ?? Number(seen.d ?? 0),
      ...(!exact && { approximate: true as const }),
      ...statisticsOf(column, seen),
      topValues: top?.values ?? [],
      ...(histogram && { histogram }),
    };
  });
  return { found, profiled };
}

async function askExactly(
  connection: Connection,
  table: string,
  columns: readonly Column[],
): Promise<Found[]> {
  return askAll(connection, table, columns, (column) => {
    const q = quantilesOf(column);
    return q ? { q } : {};
  });
}

async function askEstimating(
  connection: Connection,
  table: string,
  rows: number,
  columns: readonly Column[],
): Promise<Found[]> {
  const distinct = new DistinctEstimate(rows);
  const all = await askAll(connection, table, columns, (column) => ({ kept: distinct.keptOf(column) }));
  // By the hash of its position a row is in the sample or not: the same rows every time, and no period of theirs.
  const oneIn = Math.max(1, Math.floor(rows / SAMPLED_ROWS));
  const sampled = await ask(
    connection,
    `${table} WHERE hash(rowid) % ${oneIn} = 0`,
    columns.map((column) => {
      const q = quantilesOf(column);
      return { t: frequentOf(column), sampled: distinct.sampledOf(column), ...(q && { q }) };
    }),
  );
  return all.map((found, index) => {
    const sample = sampled[index] ?? {};
    return { ...found, ...sample, d: distinct.from(Number(found.kept), Number(sample.sampled)) };
  });
}

/** What needs every value; once more, with more care, when numbers are too large to be added up. */
async function askAll(
  connection: Connection,
  table: string,
  columns: readonly Column[],
  others: (column: Column) => Record<string, string>,
): Promise<Found[]> {
  const askWith = (huge: boolean) =>
    ask(
      connection,
      table,
      columns.map((column) => ({ ...aggregatesOf(column, huge), ...others(column) })),
    );
  try {
    return await askWith(false);
  } catch (error) {
    if (!(error instanceof Error && /^Out of Range Error/.test(error.message))) throw error;
    return askWith(true);
  }
}

/** One struct per column. */
async function ask(
  connection: Connection,
  source: string,
  aggregates: readonly Record<string, string>[],
): Promise<Found[]> {
  const structs = aggregates.map(
    (named) =>
      `{${Object.entries(named)
        .map(([member, sql]) => `${member}: ${sql}`)
        .join(", ")}}`,
  );
  const [row = []] = await connection.rows(`SELECT ${structs.join(", ")} FROM ${source}`);
  return row.map(members);
}

/** What can be counted once ranges and candidates are known; top values only where they are not counted yet. */
async function countAgain(
  connection: Connection,
  table: string,
  rows: number,
  columns: readonly Column[],
  found: readonly Found[],
  counted: readonly Tops[] | undefined,
) {
  const questions = columns.map((column, index) => ({
    histogram: histogramQuestion(column, found[index] ?? {}),
    tops: counted ? undefined : topsQuestion(column, found[index] ?? {}, rows),
  }));
  const aggregates = questions.flatMap(({ histogram, tops }) => [
    ...(histogram?.aggregates ?? []),
    ...(tops?.aggregates ?? []),
  ]);
  const [row = []] =
    aggregates.length > 0 ? await connection.rows(`SELECT ${aggregates.join(", ")} FROM ${table}`) : [];
  let at = 0;
  const take = (question: { readonly aggregates: readonly string[] } | undefined): Value[] => {
    const answers = row.slice(at, at + (question?.aggregates.length ?? 0));
    at += answers.length;
    return answers;
  };
  const answered = questions.map(({ histogram, tops }, index) => ({
    histogram: histogram?.histogramFrom(take(histogram), Number(found[index]?.n ?? 0)),
    tops: tops ? tops.topsFrom(take(tops)) : counted?.[index],
  }));
  return { tops: answered.map(({ tops }) => tops), histograms: answered.map(({ histogram }) => histogram) };
}
