import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { zipOf } from "../test/containers/support/files/zip.ts";
import { harbourPage, NOTES, shipsWorkbook, tideTables } from "./documents.ts";
import { tidePhoto, tidePicture } from "./pictures.ts";
import { readings } from "./readings.ts";
import { brokenCsv, shipments, toDelimited } from "./shipments.ts";

const folder = import.meta.dirname;

export async function writeSamples(): Promise<void> {
  const arrivals = shipments(400);
  save("arrivals.csv", toDelimited(arrivals, ","));
  save("arrivals.tsv", toDelimited(arrivals.slice(0, 120), "\t"));
  save("arrivals 2026+Q3 – Zürich.csv", toDelimited(arrivals.slice(0, 60), ";"));
  save(
    "events.ndjson",
    arrivals
      .slice(0, 150)
      .map((row) => `${JSON.stringify(row)}\n`)
      .join(""),
  );
  save("cargo.json", `${JSON.stringify(arrivals.slice(0, 40), null, 2)}\n`);
  save("readings.csv.gz", gzipSync(readings(3_000).join(""), { level: 9 }));
  save("broken.csv", brokenCsv(arrivals));
  save("harbour-notes.txt", NOTES);
  save("tide.png", tidePicture(160, 90));
  save("empty.csv", "");
  await saveParquet("arrivals.parquet", join(folder, "arrivals.csv"));
  save("tide.jpg", await tidePhoto(1_200, 675));
  save("tide-tables.pdf", tideTables());
  save("harbour.html", harbourPage(arrivals.slice(0, 12)));
  save("ships.xlsx", await shipsWorkbook());
  save(
    "bundle.zip",
    zipOf([
      { name: "july/" },
      { name: "july/arrivals.csv", content: toDelimited(arrivals.slice(0, 90), ",") },
      { name: "july/notes.md", content: `# Notes\n\n${NOTES}` },
      { name: "july/tide.png", content: tidePicture(160, 90), stored: true },
    ]),
  );
}

function save(name: string, content: string | Uint8Array): void {
  writeFileSync(join(folder, name), content);
}

async function saveParquet(name: string, csv: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  const quoted = (path: string) => `'${path.replaceAll("'", "''")}'`;
  await connection.run(
    `COPY (FROM read_csv(${quoted(csv)})) TO ${quoted(join(folder, name))} (FORMAT parquet, COMPRESSION zstd)`,
  );
  connection.closeSync();
}
