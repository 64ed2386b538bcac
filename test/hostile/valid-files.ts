import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { writeXlsx } from "hucre";
import { packTar } from "modern-tar";
import { bands } from "../containers/support/files/images.ts";
import { textPdf } from "../containers/support/files/pdf.ts";
import { mp4, wav } from "../containers/support/files/sound.ts";
import { zipOf } from "../containers/support/files/zip.ts";

const TEXT = `# Pilots

The pilots of the harbour wait for the tide, and the ships wait for the pilots; nobody waits for the weather.
`;

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"><g fill="#246"><rect width="40" height="20"/></g></svg>';

/** Sound files of every kind, small enough to be damaged many times over. */
export async function validFiles(folder: string): Promise<Map<string, Buffer>> {
  const csv = Buffer.from(
    `id,port,level\n${Array.from({ length: 60 }, (_, row) => `${row},${row % 3 ? "Oslo" : "Kobe"},${row / 7}`).join("\n")}\n`,
  );
  const image = () => bands(96, 64);
  const tar = Buffer.from(
    await packTar([
      { header: { name: "a/table.csv", size: csv.length }, body: csv },
      { header: { name: "a/notes.md", size: Buffer.byteLength(TEXT) }, body: TEXT },
      { header: { name: "a/link", size: 0, type: "symlink", linkname: "notes.md" } },
    ]),
  );
  const workbook = await writeXlsx({
    sheets: [
      {
        name: "Ships",
        rows: [
          ["name", "built", "teu"],
          ["Ada", new Date("2020-02-03"), 1_200.5],
          ["Grace", null, 900],
        ],
      },
    ],
  });
  return new Map<string, Buffer>([
    ["table.csv", csv],
    ["table.csv.gz", gzipSync(csv)],
    ["table.csv.zst", zstdCompressSync(csv)],
    ["rows.ndjson", Buffer.from('{"a":1,"b":"x"}\n'.repeat(20))],
    ["rows.json", Buffer.from(JSON.stringify(Array.from({ length: 20 }, (_, a) => ({ a, b: "x", c: [a] }))))],
    ["table.parquet", await parquet(folder)],
    ["book.xlsx", Buffer.from(workbook)],
    [
      "photo.jpg",
      await image()
        .jpeg()
        .withExif({ IFD0: { Make: "Lighthouse" } })
        .toBuffer(),
    ],
    ["drawing.png", await image().png().toBuffer()],
    ["photo.webp", await image().webp().toBuffer()],
    ["photo.avif", await image().avif({ effort: 0 }).toBuffer()],
    ["moving.gif", await image().gif().toBuffer()],
    ["scan.tif", await image().tiff({ compression: "lzw" }).toBuffer()],
    ["logo.svg", Buffer.from(SVG)],
    ["paper.pdf", textPdf(["High water at noon", "Low water at six"])],
    ["notes.md", Buffer.from(TEXT)],
    [
      "page.html",
      Buffer.from(`<!doctype html><title>Tides</title><h1>Tides</h1><p>${TEXT}</p><a href="/x">more</a>`),
    ],
    [
      "bundle.zip",
      zipOf([{ name: "a/" }, { name: "a/table.csv", content: csv }, { name: "a/notes.md", content: TEXT }]),
    ],
    ["bundle.tar", tar],
    ["bundle.tar.gz", gzipSync(tar)],
    ["tone.wav", wav(0.2)],
    ["film.mp4", mp4()],
  ]);
}

async function parquet(folder: string): Promise<Buffer> {
  const path = join(folder, "valid.parquet");
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  await connection.run(`COPY (SELECT range a, 'x' || range b FROM range(50)) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  return readFile(path);
}
