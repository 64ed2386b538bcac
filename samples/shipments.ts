import { pick, random } from "./random.ts";

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

export interface Shipment {
  readonly id: number;
  readonly arrived: string;
  readonly port: string;
  readonly cargo: string;
  readonly containers: number;
  readonly tonnes: number;
  readonly customs: boolean;
  readonly remark: string | null;
}

export function shipments(count: number): Shipment[] {
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

export function toDelimited(rows: readonly Shipment[], delimiter: string): string {
  const field = (value: unknown) => {
    const text = String(value ?? "");
    return text.includes('"') || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const line = (values: readonly unknown[]) => `${values.map(field).join(delimiter)}\n`;
  return line(Object.keys(rows[0] ?? {})) + rows.map((row) => line(Object.values(row))).join("");
}

/** A line too short, a line too long, and a number that is none. */
export function brokenCsv(rows: readonly Shipment[]): string {
  const lines = toDelimited(rows.slice(0, 30), ",").split("\n");
  lines[7] = "10006,2026-07-02T09:00:00,Oslo";
  lines[15] = `${lines[15]},surplus,fields`;
  lines[22] = lines[22]?.replace(/^\d+/, "unknown") ?? "";
  return lines.join("\n");
}
