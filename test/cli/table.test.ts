import { describe, expect, it } from "vitest";
import { duration } from "../../cli/job-row.ts";
import { table } from "../../cli/table.ts";

describe("table", () => {
  it("aligns columns by what a reader sees, wide and combined characters included", () => {
    const text = table(
      ["File", "Rows"],
      [
        ["a.csv", "1"],
        ["数据.csv", "2"],
        ["e\u0301t\u00e9.csv", "3"],
      ],
    );
    expect(text.split("\n")).toEqual([
      "File      Rows",
      "────────  ────",
      "a.csv     1",
      "数据.csv  2",
      "e\u0301t\u00e9.csv   3",
    ]);
  });
});

describe("duration", () => {
  it.each([
    [0, "0 ms"],
    [999, "999 ms"],
    [2_440, "2.4 s"],
    [185_000, "3 min 5 s"],
  ])("shows %d as %s", (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });
});
