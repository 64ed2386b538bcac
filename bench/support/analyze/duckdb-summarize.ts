/**
 * DuckDB alone: SUMMARIZE over a CSV file, then a histogram of ten bins for each column that has a range. Prints the
 * seconds of the queries.
 *
 *   node bench/support/analyze/duckdb-summarize.ts <path> <threads>
 */
import { DuckDBInstance } from "@duckdb/node-api";

const [path = "", threads = "1"] = process.argv.slice(2);
const instance = await DuckDBInstance.create(":memory:", { threads });
const connection = await instance.connect();
const file = `read_csv('${path.replaceAll("'", "''")}')`;
const startedAt = performance.now();
const summary = (await connection.runAndReadAll(`SUMMARIZE FROM ${file}`)).getRowObjects();
const histograms = summary
  .filter(({ column_type }) => /INT|DOUBLE|DECIMAL|DATE|TIMESTAMP/.test(String(column_type)))
  .map(({ column_name, column_type, min, max }) => {
    const bound = (value: unknown) => `'${value}'::${column_type}`;
    return `histogram("${column_name}", equi_width_bins(${bound(min)}, ${bound(max)}, 10, nice := false))`;
  });
await connection.runAndReadAll(`SELECT ${histograms.join(", ")} FROM ${file}`);
console.log(JSON.stringify({ seconds: (performance.now() - startedAt) / 1_000 }));
