import { gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { analyze } from "../support/analyze.ts";

const PEOPLE = 'id,name,height\n1,Ann,1.7\n2,"Bo, the elder",\n3,Cy,1.6\n4,Ann,1.8\n';

/** What the document says of one column. */
async function column(content: string, name: string): Promise<Record<string, unknown> | undefined> {
  const analysis = await analyze("a.csv", content);
  const columns = analysis.content.columns as Record<string, unknown>[];
  return columns.find((column) => column.name === name);
}

test("numbers are described by nulls, distinct values, range, mean, quantiles and a histogram", async () => {
  expect(await column(PEOPLE, "height")).toMatchObject({
    type: "DOUBLE",
    nulls: 1,
    distinct: 3,
    min: 1.6,
    max: 1.8,
    mean: expect.closeTo(1.7),
    quantiles: { "0.5": 1.7 },
    histogram: { edges: expect.arrayContaining([1.6, 1.8]), counts: [1, 0, 0, 0, 1, 0, 0, 0, 0, 1] },
  });
});

test("text is described by lengths and by its most frequent values", async () => {
  const name = await column(PEOPLE, "name");
  expect(name).toMatchObject({ type: "VARCHAR", nulls: 0, distinct: 3, length: { min: 2, max: 13 } });
  expect(name).toHaveProperty(["topValues", 0], { value: "Ann", count: 2 });
});

test("times have a range and a histogram over it", async () => {
  const days = Array.from({ length: 20 }, (_, day) => `2026-01-${String(day + 1).padStart(2, "0")}`);
  const day = await column(`day,n\n${days.map((day) => `${day},1`).join("\n")}\n`, "day");
  expect(day).toMatchObject({ type: "DATE", min: "2026-01-01", max: "2026-01-20", distinct: 20 });
  expect(day).toHaveProperty(["histogram", "edges", 0], "2026-01-01T00:00:00.000Z");
  expect(day).toHaveProperty(
    ["histogram", "counts"],
    Array.from({ length: 10 }, () => 2),
  );
});

test("many rows are described by estimates that say so", async () => {
  const rows = Array.from({ length: 120_000 }, (_, row) => `${row},${row % 50 === 0 ? "rare" : "often"}`);
  const often = await column(`n,word\n${rows.join("\n")}\n`, "word");
  expect(often).toMatchObject({ approximate: true, distinct: 2, nulls: 0 });
  expect(often?.topValues).toEqual([
    { value: "often", count: 117_600 },
    { value: "rare", count: 2_400 },
  ]);
});

test("ten rows are shown, numbers as numbers", async () => {
  const rows = Array.from({ length: 30 }, (_, row) => `${row},x${row}`);
  const { content } = await analyze("a.csv", `n,word\n${rows.join("\n")}\n`);
  const { columns, rows: sample } = content.sample as { columns: string[]; rows: unknown[][] };
  expect(columns).toEqual(["n", "word"]);
  expect(sample).toHaveLength(10);
  expect(sample[1]).toEqual([1, "x1"]);
});

test.each([
  ["a.csv", "x;y\n1;2\n3;4\n", { type: "CSV" }, ";"],
  ["a.tsv", "x\ty\n1\t2\n3\t4\n", { type: "TSV" }, "\t"],
  ["a.csv", "x|y\n1|2\n3|4\n", { type: "CSV" }, "|"],
  ["a.csv", '"x,1",y\n1,2\n3,4\n', { type: "CSV" }, ","],
])("%s: the delimiter and header of %j are found", async (key, content, facts, delimiter) => {
  const analysis = await analyze(key, content);
  expect(analysis.facts).toMatchObject({ ...facts, rows: 2, columns: 2 });
  expect(analysis.content).toMatchObject({ delimiter, header: true });
});

test("a table without a header keeps its first row", async () => {
  const { facts, content } = await analyze("a.csv", "1,2.5\n3,4.5\n5,6.5\n");
  expect(facts).toMatchObject({ rows: 3, columns: 2 });
  expect(content.header).toBe(false);
});

test.each([
  ["a.ndjson", '{"a":1,"b":"x"}\n{"a":2}\n', { type: "NDJSON", rows: 2, columns: 2 }],
  ["a.json", '[{"a":1,"b":{"c":[1,2]}},{"a":2}]', { type: "JSON", rows: 2, columns: 2 }],
  ["a.csv.gz", gzipSync(PEOPLE), { type: "CSV (gzip)", rows: 4, columns: 3 }],
  ["a.csv.zst", zstdCompressSync(PEOPLE), { type: "CSV (zstd)", rows: 4, columns: 3 }],
  ["a.ndjson.gz", gzipSync('{"a":1}\n{"a":2}\n'), { type: "NDJSON (gzip)", rows: 2, columns: 1 }],
])("%s is a table", async (key, content, facts) => {
  const analysis = await analyze(key, content);
  expect(analysis.facts).toEqual(facts);
  expect(analysis.warnings).toEqual([]);
});

test("malformed lines are counted and shown, and left out of the numbers", async () => {
  const { facts, content, warnings } = await analyze("a.csv", "a,b,c\n1,2,3\n1,2\n1,2,3,4\n4,5,6\n");
  expect(facts).toEqual({ type: "CSV", rows: 2, columns: 3, malformedLines: 2 });
  expect(content.malformed).toEqual({
    lines: 2,
    first: [
      { line: 3, text: "1,2", reason: expect.stringContaining("Expected Number of Columns: 3 Found: 2") },
      { line: 4, text: "1,2,3,4", reason: expect.stringContaining("Expected Number of Columns: 3 Found: 4") },
    ],
  });
  expect(warnings).toEqual(["2 lines are malformed and left out"]);
});

test("where the last cells of many lines are missing, they are empty and no line is lost", async () => {
  const lines = Array.from({ length: 30 }, (_, at) => (at % 3 === 0 ? `${at},x,"y\nz"` : `${at},x`));
  const { facts, content, warnings } = await analyze("a.csv", `a,b,c\n${lines.join("\n")}\n`);
  expect(facts).toEqual({ type: "CSV", rows: 30, columns: 3 });
  expect(content.columns).toMatchObject([{ nulls: 0 }, { nulls: 0 }, { name: "c", nulls: 20 }]);
  expect(warnings).toEqual(["20 lines have fewer cells than there are columns; the missing ones are empty"]);
});

test("comments before a table are left out, and the last one may be its header", async () => {
  const rows = "1,a\n2,b\n3,c\n";
  expect(await analyze("a.csv", `# made by, hand, today\n# twice\nid,name\n${rows}`)).toMatchObject({
    facts: { rows: 3, columns: 2 },
    content: { header: true, columns: [{ name: "id" }, { name: "name" }] },
    warnings: ["The first 2 lines are comments and left out"],
  });
  expect(await analyze("a.csv", `# made by hand\n#id,name\n${rows}`)).toMatchObject({
    facts: { rows: 3, columns: 2 },
    content: { header: true, columns: [{ name: "#id", type: "BIGINT" }, { name: "name" }] },
    warnings: ["The first line is a comment and left out"],
  });
});

test("numbers with a decimal comma are numbers", async () => {
  const { content } = await analyze("a.csv", "name;price\nx;0,50\ny;1,25\nz;10\n");
  expect(content).toMatchObject({
    delimiter: ";",
    decimalSeparator: ",",
    columns: [{ type: "VARCHAR" }, { type: "DOUBLE", min: 0.5, max: 10 }],
  });
});

test("malformed lines of NDJSON are counted too, and left out of the numbers", async () => {
  const lines = ['{"a":1}', "broken{", "{}", '{"a":3}', ""];
  const { facts, content } = await analyze("a.ndjson", lines.join("\n"));
  expect(facts).toEqual({ type: "NDJSON", rows: 3, columns: 1, malformedLines: 1 });
  expect(content.malformed).toMatchObject({ lines: 1, first: [{ line: 2, text: "broken{" }] });
});

test("a value that does not fit makes its column text instead of losing its line", async () => {
  const { facts, warnings } = await analyze("a.csv", `a,b\n${"1,2\n".repeat(30_000)}x,3\n`);
  expect(facts).toEqual({ type: "CSV", rows: 30_001, columns: 2 });
  expect(warnings).toEqual(["Column a is read as text: 1 of its values do not fit the others' type"]);
});

test("headers are data: quotes and statements in them do nothing", async () => {
  const { content } = await analyze("a.csv", `"a""; DROP TABLE data; --",b'c\n1,2\n3,4\n`);
  const columns = content.columns as { name: string; max: number }[];
  expect(columns.map(({ name, max }) => [name, max])).toEqual([
    ['a"; DROP TABLE data; --', 3],
    ["b'c", 4],
  ]);
});

test.each([
  ["one column", "a\n1\n2\n", { rows: 2, columns: 1 }, []],
  ["a header alone", "a,b\n", { rows: 0, columns: 2 }, ["The table has no rows"]],
  ["NUL bytes", "a,b\n1,x\0y\n2,z\n", { rows: 2, columns: 2 }, ["The text contains NUL bytes"]],
  [
    "invalid UTF-8",
    Buffer.from("a,b\n1,\xff\xe9\n2,z\n", "latin1"),
    { rows: 2, columns: 2 },
    ["The text is not valid UTF-8; it is read as Latin-1"],
  ],
  ["UTF-16", Buffer.from("\ufeffa,b\n1,é\n2,z\n", "utf16le"), { rows: 2, columns: 2 }, []],
  ["equal names", "a,a,A,\n1,2,3,4\n", { rows: 1, columns: 4 }, []],
])("CSV with %s is read", async (_, content, facts, warnings) => {
  const analysis = await analyze("a.csv", content);
  expect(analysis.facts).toMatchObject({ type: "CSV", ...facts });
  expect(analysis.warnings).toEqual(warnings);
});

test("cells that a spreadsheet program would run as formulas are counted, and the first ones named", async () => {
  const formulas = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+cmd|x", '=HYPERLINK("x")', "-foo"];
  const harmless = [
    "-1.5",
    "+3",
    "-1e5",
    "-",
    "--",
    "- an item",
    "+49 170 1234567",
    "-inf",
    "a=b",
    "=",
    "5-x",
  ];
  const cells = [...formulas, ...harmless].map((cell) => `x,"${cell.replaceAll('"', '""')}"`);
  const { content, warnings } = await analyze("a.csv", `a,note\n${cells.join("\n")}\n`);
  expect(content.formulaLike).toEqual({
    cells: formulas.length,
    first: formulas.slice(0, 5).map((text, at) => ({ row: at + 1, column: "note", text })),
  });
  expect(warnings).toEqual([
    `Cells that begin like formulas, which a spreadsheet program would run: 6 (${[1, 2, 3, 4, 5].map((row) => `note in row ${row}`).join(", ")}, …)`,
  ]);
});

test("negative numbers in a column of text are no formulas", async () => {
  const { content, warnings } = await analyze("a.csv", "a\nx\n-1\n+2.5\n");
  expect(content).not.toHaveProperty("formulaLike");
  expect(warnings).toEqual([]);
});

test("quantiles, histograms and top values of many rows are near the truth, and the same every time", async () => {
  // Values of 0 to 999, the first hundred of them twice as often, in an order with a period.
  const rows = Array.from(
    { length: 440_000 },
    (_, row) => `${((row * 7) % 1_100) % 1_000},${row % 2 ? "odd" : "even"},${row}`,
  );
  const csv = `n,word,id\n${rows.join("\n")}\n`;
  const [{ content }, again] = [await analyze("a.csv", csv), await analyze("a.csv", csv)];
  const [n, word, id] = content.columns as Record<string, unknown>[];
  expect(n).toMatchObject({ min: 0, max: 999, mean: expect.closeTo(458.59, 2), approximate: true });
  expect(n?.histogram).toMatchObject({
    edges: expect.arrayContaining([0, 999]),
    counts: [80_000, ...Array.from({ length: 9 }, () => 40_000)],
  });
  const quantiles = n?.quantiles as Record<string, number>;
  expect(Math.abs((quantiles["0.5"] ?? 0) - 450)).toBeLessThan(10);
  expect(n?.distinct).toBe(1_000);
  expect(word?.topValues).toEqual([
    { value: expect.any(String), count: 220_000 },
    { value: expect.any(String), count: 220_000 },
  ]);
  expect(Math.abs(Number(id?.distinct) - 440_000)).toBeLessThan(0.02 * 440_000);
  expect(id?.topValues).toEqual([]);
  expect(again.content).toEqual(content);
});

test("of ten thousand columns all are named and the first ones described", async () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `c${index}`).join();
  const row = `${names.replaceAll("c", "")}\n`;
  const { facts, warnings, content } = await analyze("a.csv", `${names}\n${row.repeat(5)}`, 1_024);
  expect(facts).toEqual({ type: "CSV", rows: 5, columns: 10_000 });
  expect(warnings).toEqual(["Of 10000 columns the first 500 are described"]);
  const columns = content.columns as { name: string; mean?: number }[];
  expect(columns).toHaveLength(10_000);
  expect(columns[499]).toMatchObject({ name: "c499", mean: 499 });
  expect(columns[9_999]).toEqual({ name: "c9999", type: expect.any(String) });
});

test("a gzip stream that is cut off is described as far as it goes, with a warning", async () => {
  const rows = Array.from({ length: 5_000 }, (_, row) => `${row},${(row * 7919) % 1_000}`).join("\n");
  const whole = gzipSync(`a,b\n${rows}\n`);
  const { facts, warnings } = await analyze("a.csv.gz", whole.subarray(0, whole.length / 2));
  expect(facts.rows).toBeGreaterThan(1_000);
  expect(warnings[0]).toMatch(/gzip data is damaged or cut off after \d+ bytes/);
});

test.each([
  ["a.json", '[{"a":1},{"a":', /cannot be read as JSON: .*Malformed JSON/],
  ["a.parquet", `PAR1${"\0".repeat(100)}`, /cannot be read as Parquet: /],
  ["a.csv", `a,b\n1,${"x".repeat(3_000_000)}\n2,y\n`, /cannot be read as CSV: .*Maximum line size/],
  ["a.csv.gz", gzipSync(Buffer.alloc(300 * 2 ** 20, "a,b\n")), /decompression bomb/],
])("%s that is broken fails as unreadable and says why", async (key, content, message) => {
  const analysis = analyze(key, content);
  await expect(analysis).rejects.toMatchObject({ failureCause: "unreadable", retriable: false });
  await expect(analysis).rejects.toThrow(message);
  await expect(analysis).rejects.not.toThrow(/longshore-test/); // Nothing of this machine's paths.
});
