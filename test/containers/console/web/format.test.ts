import { expect, test } from "vitest";
import * as format from "../../../../containers/console/web/src/lib/format.ts";

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
  [59_600, "1 min 0 s"],
  [7_380_000, "2 h 3 min"],
  [7 * 86_400_000, "7 d 0 h"],
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

test("facts of a file are said as people say them", () => {
  expect([format.label("FNumber"), format.label("ISOSpeedRatings")]).toEqual([
    "f number",
    "iso speed ratings",
  ]);
  const said = (known: Parameters<typeof format.facts>[0]) =>
    format.facts(known, "en").map((pair) => pair.join(" ").trim());
  expect(said({ type: "JPEG image", width: 1200, height: 675 })).toEqual([
    "JPEG image",
    "1,200 × 675 pixels",
  ]);
  expect(said({ type: "WAV audio", durationSeconds: 2 })).toEqual(["WAV audio", "duration 2.0 s"]);
  expect(said({ entries: 4, unpackedBytes: 6554 })).toEqual(["entries 4", "unpacked 6.6 kB"]);
});

test.each([
  [0, "$0.00"],
  [34_521, "$0.000035"],
  [9_900_000, "$0.0099"],
  [1_234_000_000, "$1.23"],
])("%i billionths of a dollar read as %s", (nano, text) => {
  expect(format.dollars(nano, "en")).toBe(text);
});

test("shares are said as precisely as they are small", () => {
  expect([0, 0.001, 0.05, 0.5, 1].map((share) => format.percent(share, "en"))).toEqual([
    "0%",
    "0.1%",
    "5%",
    "50%",
    "100%",
  ]);
});
