import { random } from "./random.ts";

/** Lines of a CSV: what a tide gauge measured each minute. */
export function readings(count: number): string[] {
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
