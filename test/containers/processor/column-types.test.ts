import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { analyze } from "../support/analyze.ts";

/** Parquet of what a query gives. */
async function parquetOf(query: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "longshore-test-"));
  try {
    const path = join(folder, "of.parquet");
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet)`);
    connection.closeSync();
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** DuckDB's own table of every type's least value, greatest value and null; without what it cannot read again. */
const EVERY_TYPE = 'SELECT * EXCLUDE ("union") FROM test_all_types()';
const SOME_TYPES = `SELECT varchar, "double", dec38_10, "interval", uuid, blob, "time", medium_enum, "date", timestamp_tz
                    FROM test_all_types(), range(34000)`;

test("every type of column has its nulls, its distinct values and the most frequent of them", async () => {
  const { facts, content } = await analyze("a.parquet", await parquetOf(EVERY_TYPE));
  expect(facts.rows).toBe(3);
  const columns = content.columns as {
    name: string;
    distinct: number;
    nulls: number;
    topValues: unknown[];
  }[];
  expect(columns.length).toBeGreaterThan(50);
  for (const { name, nulls, distinct, topValues } of columns) {
    expect([name, nulls, distinct, topValues.length]).toEqual([name, 1, 2, 2]);
  }
});

test("so it is where there are too many rows to count every value", async () => {
  const { content } = await analyze("a.parquet", await parquetOf(SOME_TYPES));
  expect(content.columns).toMatchObject(
    Array.from({ length: 10 }, () => ({ nulls: 34_000, distinct: 2, topValues: [{ count: 34_000 }, {}] })),
  );
  // Its squares are beyond all numbers.
  expect(content).toHaveProperty(["columns", 1, "standardDeviation"], null);
  expect(content).toHaveProperty(["columns", 2, "standardDeviation"], expect.any(Number));
});

test.each([
  ["a.json", '[{"a":1,"b":{"c":[1,2]}},{"a":"x","b":null},{"a":[1]}]'],
  ["a.ndjson", '{"a":1,"b":{"c":[1,2]}}\n{"a":"x","b":null}\n{"a":[1]}\n'],
])("values of several kinds in one place of %s are a column of JSON", async (key, content) => {
  const { facts, content: found } = await analyze(key, content);
  expect(facts.rows).toBe(3);
  expect(found.columns).toMatchObject([
    { name: "a", type: "JSON", nulls: 0, distinct: 3 },
    { name: "b", nulls: 2, distinct: 1 },
  ]);
});
