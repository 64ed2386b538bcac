import { describe, expect, it } from "vitest";
import { count, type Given, since } from "../../../cli/operator/flags.ts";
import { bar } from "../../../cli/operator/progress-bar.ts";

const NOW = new Date("2026-11-22T13:00:00.000Z");
const given = (values: Given["values"]): Given => ({ values, positionals: [] });

describe("--since", () => {
  it.each([
    ["90s", "2026-11-22T12:58:30.000Z"],
    ["30m", "2026-11-22T12:30:00.000Z"],
    ["2h", "2026-11-22T11:00:00.000Z"],
    ["7d", "2026-11-15T13:00:00.000Z"],
    ["2026-11-01", "2026-11-01T00:00:00.000Z"],
    ["2026-11-01T10:00:00+01:00", "2026-11-01T09:00:00.000Z"],
  ])("%s is %s", (value, expected) => {
    expect(since(given({ since: value }), NOW).toISOString()).toBe(expected);
  });

  it.each(["", "2", "2w", "h2", "yesterday", "-2h"])("%j is refused by name", (value) => {
    expect(() => since(given({ since: value }), NOW)).toThrow(`--since is "${value}"`);
  });
});

it.each(["0", "-1", "1.5", "many", ""])("--limit %j is refused by name", (value) => {
  expect(() => count(given({ limit: value }), "limit")).toThrow(`--limit is "${value}"`);
});

it("a bar shows its share", () => {
  expect(bar(1, 2)).toBe(`[${"█".repeat(15)}${"░".repeat(15)}]  50 %`);
  expect(bar(0, 0)).toContain("100 %");
});
