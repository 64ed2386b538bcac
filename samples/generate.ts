import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync, gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";

/**
 * Makes the samples anew, the same every time: `node samples/generate.ts`.
 * With a path and a number of rows it writes one large CSV there instead, for the dedicated lane:
 * `node samples/generate.ts /tmp/readings.csv 250000` (about 10 MB).
 */
const folder = import.meta.dirname;
const random = seeded(2026);

const CITIES = [
  "Antwerp",
  "Busan",
  "Callao",
  "Durban",
  "Gdańsk",
  "Halifax",
  "Kobe",
  "Málaga",
  "Oslo",
  "Piraeus",
];
const GOODS = [
  "coffee",
  "copper",
  "citrus",
  "cotton",
  "machine parts",
  "paper",
  "rice",
  "timber",
  "toys",
  "wool",
];

async function writeSamples(): Promise<void> {
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
}

function save(name: string, content: string | Uint8Array): void {
  writeFileSync(join(folder, name), content);
}

interface Shipment {
  readonly id: number;
  readonly arrived: string;
  readonly port: string;
  readonly cargo: string;
  readonly containers: number;
  readonly tonnes: number;
  readonly customs: boolean;
  readonly remark: string | null;
}

function shipments(count: number): Shipment[] {
  return Array.from({ length: count }, (_, index) => {
    const containers = 1 + Math.floor(random() ** 3 * 120);
    return {
      id: 10_000 + index,
      arrived: new Date(Date.UTC(2026, 6, 1) + index * 19_800_000).toISOString().slice(0, 19),
      port: pick(CITIES),
      cargo: pick(GOODS),
      containers,
      tonnes: Math.round(containers * (8 + random() * 16) * 10) / 10,
      customs: random() < 0.8,
      remark: random() < 0.15 ? pick(["late, storm", 'marked "fragile"', "seal replaced"]) : null,
    };
  });
}

function readings(count: number): string[] {
  const lines = ["taken_at,station,level_m,wind_ms,temperature_c\n"];
  for (let index = 0; index < count; index++) {
    const at = new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString().slice(0, 19);
    const level = 2.1 + 1.7 * Math.sin((index / 745) * 2 * Math.PI) + random() * 0.1;
    lines.push(
      `${at},ST-${1 + (index % 12)},${level.toFixed(3)},${(random() * 18).toFixed(1)},${(4 + random() * 20).toFixed(1)}\n`,
    );
  }
  return lines;
}

function toDelimited(rows: readonly Shipment[], delimiter: string): string {
  const field = (value: unknown) => {
    const text = String(value ?? "");
    return text.includes('"') || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const line = (values: readonly unknown[]) => `${values.map(field).join(delimiter)}\n`;
  return line(Object.keys(rows[0] ?? {})) + rows.map((row) => line(Object.values(row))).join("");
}

/** A line too short, a line too long, and a number that is none. */
function brokenCsv(rows: readonly Shipment[]): string {
  const lines = toDelimited(rows.slice(0, 30), ",").split("\n");
  lines[7] = "10006,2026-07-02T09:00:00,Oslo";
  lines[15] = `${lines[15]},surplus,fields`;
  lines[22] = lines[22]?.replace(/^\d+/, "unknown") ?? "";
  return lines.join("\n");
}

const NOTES = `Harbour notes, July 2026

High water came forty minutes early on the third. Two coasters waited outside until the pilot was free,
and the crane at berth four stood still for the afternoon; its brake has been changed since.

What to keep in mind for August:
- berth two is closed from the 10th to the 14th
- reefer plugs at the north stack are counted double in last month's sheet
- the ferry has right of way until nine
`;

/** A PNG of our own: a tide curve, eight bits per channel. */
function tidePicture(width: number, height: number): Buffer {
  const raw = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const surface = height * (0.5 + 0.28 * Math.sin((x / width) * 4 * Math.PI));
      const [r, g, b] = y > surface ? [24, 90 + Math.floor(y), 150] : [226, 238 - Math.floor(y / 2), 246];
      raw.set([r ?? 0, g ?? 0, b ?? 0], y * (width * 3 + 1) + 1 + x * 3);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const chunks = [
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(raw, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ];
  return Buffer.concat([signature, ...chunks]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
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

function pick<Item>(items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError("Nothing to pick from");
  return item;
}

/** Mulberry32: small, and the same everywhere. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const [target, rows] = process.argv.slice(2);
if (target !== undefined) writeFileSync(target, readings(Number(rows ?? 250_000)).join(""));
else await writeSamples();
