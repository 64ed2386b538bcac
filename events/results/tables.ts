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

/** Cells that a spreadsheet program would run as formulas. */
const formulaLike = z.strictObject({
  cells: z.int().positive(),
  /** By row: 1 is the first row after the header, lines that are left out not counted. Long texts are cut. */
  first: z.array(z.strictObject({ row: z.int().positive(), column: z.string(), text: z.string() })),
});
export type FormulaLike = z.infer<typeof formulaLike>;

/** What is said of a file's table, and of each sheet of a workbook. */
const describedTable = z.strictObject({
  rows: z.number().nonnegative(),
  columnCount: z.int().nonnegative(),
  columns: z.array(columnProfile),
  /** The first ten rows, of at most a hundred columns; long cells are cut. */
  sample: z.strictObject({ columns: z.array(z.string()), rows: z.array(z.array(value)) }),
  /** There when there are any. */
  formulaLike: formulaLike.optional(),
});
export type DescribedTable = z.infer<typeof describedTable>;

/** What the document says of a table. */
export const tableContent = z.strictObject({
  ...describedTable.shape,
  delimiter: z.string().optional(),
  /** Whether the first record names the columns. */
  header: z.boolean().optional(),
  /** There when it is no point. */
  decimalSeparator: z.string().optional(),
  encoding: z.string().optional(),
  compression: z.string().optional(),
  uncompressedBytes: z.number().optional(),
  malformed: z.strictObject({
    lines: z.number().nonnegative(),
    first: z.array(z.strictObject({ line: z.number(), text: z.string(), reason: z.string() })),
  }),
  /** Of a workbook: the sheet that is described above, the first one with rows. */
  sheet: z.string().optional(),
  /** Of a workbook: all of its sheets. */
  sheets: z.array(z.string()).optional(),
  /** Of a workbook: the further sheets that have rows. */
  furtherSheets: z.array(z.strictObject({ sheet: z.string(), ...describedTable.shape })).optional(),
});
export type TableContent = z.infer<typeof tableContent>;
