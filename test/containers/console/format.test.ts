import { expect, test } from "vitest";

interface Format {
  size(bytes: number, locale: string): string;
  ago(isoTime: string, now: number, locale: string): string;
  duration(milliseconds: number): string;
  fileName(key: string): string;
  label(name: string): string;
  fact(name: string, value: string | number | boolean, locale: string): string;
}
const format: Format = await import(
  new URL("../../../containers/console/page/format.js", import.meta.url).href
);

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [1000, "1 kB"],
  [18_420, "18.4 kB"],
  [999_600, "1 MB"],
  [94_200_000, "94.2 MB"],
  [512_000_000, "512 MB"],
  [5e12, "5 TB"],
])("%i bytes read as %s", (bytes, text) => {
  expect(format.size(bytes, "en")).toBe(text);
});

test.each([
  [0, "just now"],
  [59, "59 seconds ago"],
  [60, "1 minute ago"],
  [3599, "59 minutes ago"],
  [7200, "2 hours ago"],
  [86_400, "1 day ago"],
  [8 * 86_400, "Nov 14, 2026"],
])("%i seconds ago reads as %s", (seconds, text) => {
  const now = Date.parse("2026-11-22T12:00:00Z");
  expect(format.ago(new Date(now - seconds * 1000).toISOString(), now, "en")).toBe(text);
});

test("a clock that is ahead does not put a job into the future", () => {
  expect(format.ago("2026-11-22T12:00:05Z", Date.parse("2026-11-22T12:00:00Z"), "en")).toBe("just now");
});

test.each([
  [150, "150 ms"],
  [1700, "1.7 s"],
  [42_300, "42 s"],
  [125_000, "2 min 5 s"],
  [7_380_000, "2 h 3 min"],
])("%i ms read as %s", (milliseconds, text) => {
  expect(format.duration(milliseconds)).toBe(text);
});

test("facts are said in words", () => {
  expect(format.label("malformedLines")).toBe("malformed lines");
  expect(format.fact("rows", 2_000_000, "en")).toBe("2,000,000");
  expect(format.fact("uncompressedBytes", 2_000_000, "en")).toBe("2 MB");
  expect(format.fact("header", true, "en")).toBe("yes");
  expect(format.fact("sha256", "0123456789abcdef".repeat(4), "en")).toBe("0123456789ab…");
  expect(format.fileName("2026/11/22/r/a b.csv")).toBe("a b.csv");
});
