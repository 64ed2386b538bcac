import { file, type HostileFile } from "../hostile-file.ts";

/** Keys are data: none becomes part of a path or a query. */
const KEYS = [
  "../../../../tmp/escaped.csv",
  "/tmp/escaped.csv",
  "..",
  ".",
  "a/",
  "a\0b.csv",
  "a\nb.csv",
  "'; DROP TABLE data; --.csv",
  "$(touch /tmp/escaped).csv",
  "*.csv",
  "data.csv?x=1",
  "s3://other/bucket.csv",
  "http://127.0.0.1/x.csv",
  "x.csv.gz.zst.gz",
  `${"k".repeat(1_000)}.csv`,
  "\u202egpj.csv",
  ".csv",
  "CON.csv",
];

export function names(): HostileFile[] {
  return KEYS.map((key) =>
    file(`the key ${JSON.stringify(key.slice(0, 40))}`, key, () => "a,b\n1,2\n3,4\n", { analyzer: "tables" }),
  );
}
