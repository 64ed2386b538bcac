/** Values by the start of their period (seconds since the epoch); periods without data are left out. */
export type Series = ReadonlyMap<number, number>;

/** What an expression, or a part of one, comes to. */
export type MathValue =
  | { readonly kind: "scalar"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "series"; readonly series: Series }
  | { readonly kind: "list"; readonly items: readonly NamedSeries[] };

export interface NamedSeries {
  /** Id of the query that it comes from; empty for what was calculated. */
  readonly id: string;
  readonly series: Series;
}

export const scalar = (value: number): MathValue => ({ kind: "scalar", value });
export const seriesOf = (entries: Iterable<readonly [number, number]>): MathValue => ({
  kind: "series",
  // What is no number, such as a division by zero, is missing data.
  series: new Map([...entries].filter(([, value]) => Number.isFinite(value))),
});
