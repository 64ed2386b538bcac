/** One line, or one layer, of a chart over time. */
export interface Series {
  readonly name: string;
  /** A custom property of the design tokens, such as `--series-1`. */
  readonly colour: string;
  /** One value for each time; null where nothing is known. */
  readonly values: readonly (number | null)[];
  /** A dashed line that fills nothing, such as a limit. */
  readonly dashed?: boolean;
}
