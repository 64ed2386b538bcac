import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { analyze } from "../support/analyze.ts";

const folder = join(import.meta.dirname, "../../../samples");

/** What the processor says of each sample; the README and the end-to-end tests rely on it. */
const FACTS: Record<string, object> = {
  "arrivals 2026+Q3 – Zürich.csv": { type: "CSV", rows: 60, columns: 8 },
  "arrivals.csv": { type: "CSV", rows: 400, columns: 8 },
  "arrivals.parquet": { type: "Parquet", rows: 400, columns: 8 },
  "arrivals.tsv": { type: "TSV", rows: 120, columns: 8 },
  "broken.csv": { type: "CSV", rows: 28, columns: 8, malformedLines: 2 },
  "bundle.zip": { type: "ZIP archive", entries: 4, unpackedBytes: 6_554 },
  "cargo.json": { type: "JSON", rows: 40, columns: 8 },
  "empty.csv": { type: "empty file" },
  "events.ndjson": { type: "NDJSON", rows: 150, columns: 8 },
  "harbour-notes.txt": { type: "plain text", lines: 9, words: 80 },
  "harbour.html": { type: "HTML page", title: "The harbour this week", words: 98, links: 3 },
  "readings.csv.gz": { type: "CSV (gzip)", rows: 3_000, columns: 5 },
  "ships.xlsx": { type: "Excel workbook", rows: 8, columns: 5, sheets: 2 },
  "tide-tables.pdf": { type: "PDF document", pages: 3 },
  "tide.jpg": { type: "JPEG image", width: 1_200, height: 675 },
  "tide.png": { type: "PNG image", width: 160, height: 90 },
};

test("every sample is expected here", async () => {
  const names = (await readdir(folder)).filter((name) => !name.endsWith(".ts"));
  expect(names.sort()).toEqual(Object.keys(FACTS).sort());
});

test.each(Object.entries(FACTS))("%s", async (name, facts) => {
  expect((await analyze(name, await readFile(join(folder, name)))).facts).toEqual(facts);
});
