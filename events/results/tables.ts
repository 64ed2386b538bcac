import * as z from "zod";

const value = z.json();

const topValue = z.strictObject({ value: z.string(), count: z.number().nonnegative() });

/** One column. Members that make no sense for its type are absent; of very many columns, most have name and type alone. */
export const columnProfile = z.strictObject({
  name: z.string(),
  /** As DuckDB names it. */
  type: z.string(),
  nulls: z.number().nonnegative().optional(),
  distinct: z.number().nonnegative().optional(),
  /** Present and true when `distinct`, the quantiles and the choice of top values are estimates. */
  approximate: z.literal(true).optional(),
  min: value.optional(),
  max: value.optional(),
  mean: value.optional(),
  standardDeviation: value.optional(),
  /** By share of values, `0.5` being the median. */
  quantiles: z.record(z.string(), value).optional(),
  /** Characters of the shortest, the longest and the average value. */
  length: z.strictObject({ min: z.number(), max: z.number(), mean: z.number() }).optional(),
  topValues: z.array(topValue).optional(),
  /** Counts between neighbouring edges. */
  histogram: z.strictObject({ edges: z.array(value), counts: z.array(z.number()) }).optional(),
});

export type ColumnProfile = z.infer<typeof columnProfile>;

/** What the document says of a table. */
export const tableContent = z.strictObject({
  rows: z.number().nonnegative(),
  columnCount: z.int().nonnegative(),
  delimiter: z.string().optional(),
  /** Whether the first record names the columns. */
  header: z.boolean().optional(),
  encoding: z.string().optional(),
  compression: z.string().optional(),
  uncompressedBytes: z.number().optional(),
  columns: z.array(columnProfile),
  /** The first ten rows, of at most a hundred columns; long cells are cut. */
  sample: z.strictObject({ columns: z.array(z.string()), rows: z.array(z.array(value)) }),
  malformed: z.strictObject({
    lines: z.number().nonnegative(),
    first: z.array(z.strictObject({ line: z.number(), text: z.string(), reason: z.string() })),
  }),
  /** Text cells that a spreadsheet program would run as formulas; there when there are any. */
  formulaLikeCells: z.int().positive().optional(),
  /** Of a workbook: the sheet that is described, and all of them. */
  sheet: z.string().optional(),
  sheets: z.array(z.string()).optional(),
});
export type TableContent = z.infer<typeof tableContent>;
