/**
 * Writes a CSV of eight columns (numbers, times, words, a flag, remarks that are mostly missing) by rule:
 *
 *   node bench/support/analyze/large-csv.ts <path> <rows>
 *
 * A million rows are 63 MB.
 */
import { DuckDBInstance } from "@duckdb/node-api";

const [path = "", rows = "0"] = process.argv.slice(2);
const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
const connection = await instance.connect();
await connection.run(
  `COPY (
     SELECT
       range AS id,
       TIMESTAMP '2026-01-01' + to_seconds(range * 7) AS taken_at,
       'ST-' || (hash(range) % 400) AS station,
       round(2 + 1.7 * sin(range / 745.0) + (hash(range + 1) % 1000) / 10000.0, 3) AS level_m,
       round((hash(range + 2) % 18000) / 1000.0, 2) AS wind_ms,
       (hash(range + 3) % 5000)::INTEGER AS containers,
       hash(range + 4) % 5 < 4 AS customs,
       CASE WHEN hash(range + 5) % 3 = 0 THEN 'seen at berth ' || (hash(range + 6) % 100000) END AS remark
     FROM range(${Number(rows)})
   ) TO '${path.replaceAll("'", "''")}' (HEADER)`,
);
