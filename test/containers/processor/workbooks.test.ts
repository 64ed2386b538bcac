import { writeXlsx } from "hucre";
import { expect, test } from "vitest";
import { analyze } from "../support/analyze.ts";

type Cell = string | number | boolean | Date | null;

async function workbook(sheets: Record<string, Cell[][]>) {
  const bytes = await writeXlsx({ sheets: Object.entries(sheets).map(([name, rows]) => ({ name, rows })) });
  return analyze("book.xlsx", Buffer.from(bytes));
}

test("a sheet is a table whose cells say their types", async () => {
  const { facts, content, type } = await workbook({
    Ships: [
      ["name", "code", "built", "seen", "teu", "flag", "mixed"],
      ["Ada", "007", new Date("2020-02-03"), new Date("2026-07-01T06:30:00Z"), 1_200, true, 1],
      ["Grace", "008", new Date("2021-03-04"), null, 900.5, false, "x"],
      [null, null, null, null, null, null, null],
      ["Mary, the 3rd", "009", null, null, 700, true, true],
    ],
  });
  expect(type.mime).toBe("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
  expect(facts).toEqual({ type: "Excel workbook", rows: 3, columns: 7 });
  expect(content).toMatchObject({ sheet: "Ships", sheets: ["Ships"] });
  const columns = content.columns as { name: string; type: string; nulls: number }[];
  expect(columns.map(({ name, type, nulls }) => [name, type, nulls])).toEqual([
    ["name", "VARCHAR", 0],
    ["code", "VARCHAR", 0],
    ["built", "DATE", 1],
    ["seen", "TIMESTAMP", 2],
    ["teu", "DOUBLE", 0],
    ["flag", "BOOLEAN", 0],
    ["mixed", "VARCHAR", 0],
  ]);
  expect(content.sample).toHaveProperty(["rows", 0, 1], "007");
});

test("every sheet with rows is described, the first of them for the workbook", async () => {
  const { facts, content, warnings } = await workbook({
    Cover: [],
    Data: [["a"], [1]],
    Notes: [["b"], ["x"], ["y"]],
  });
  expect(facts).toEqual({ type: "Excel workbook", rows: 1, columns: 1, sheets: 2 });
  expect(content).toMatchObject({ sheet: "Data", sheets: ["Cover", "Data", "Notes"], rows: 1 });
  expect(content.furtherSheets).toMatchObject([
    { sheet: "Notes", rows: 2, columnCount: 1, columns: [{ name: "b", type: "VARCHAR", distinct: 2 }] },
  ]);
  expect(warnings).toEqual([]);
});

test("sheets beyond the twentieth are named", async () => {
  const sheets = Object.fromEntries(Array.from({ length: 22 }, (_, at) => [`S${at}`, [["a"], [at]]]));
  const { facts, content, warnings } = await workbook(sheets);
  expect(facts.sheets).toBe(20);
  expect(content.sheets).toHaveLength(22);
  expect(warnings).toEqual(["Of 22 sheets the first 20 are looked at"]);
});

test("a workbook without cells is a table without rows", async () => {
  const { facts, warnings } = await workbook({ Cover: [], Back: [] });
  expect(facts).toEqual({ type: "Excel workbook", rows: 0, columns: 0 });
  expect(warnings).toEqual(["The workbook has no cells"]);
});

test("a sheet without a header keeps its first row", async () => {
  const { facts, content } = await workbook({
    S: [
      ["x", 1],
      ["y", 2, "further"],
    ],
  });
  expect(facts).toMatchObject({ rows: 2, columns: 3 });
  expect((content.columns as { name: string }[]).map(({ name }) => name)).toEqual([
    "column0",
    "column1",
    "column2",
  ]);
});

test("equal names are told apart", async () => {
  const { content } = await workbook({
    S: [
      ["a", "A", "a"],
      [1, 2, 3],
    ],
  });
  expect((content.columns as { name: string }[]).map(({ name }) => name)).toEqual(["a", "A_1", "a_2"]);
});

test("text that a spreadsheet program would run as a formula is warned of, by sheet", async () => {
  const { content, warnings } = await workbook({
    Fine: [["note"], ["fine"], ["-"]],
    Bad: [["note"], ["fine"], ["=HYPERLINK(1)"]],
  });
  expect(content).not.toHaveProperty("formulaLike");
  expect(content.furtherSheets).toMatchObject([
    { formulaLike: { cells: 1, first: [{ row: 2, column: "note", text: "=HYPERLINK(1)" }] } },
  ]);
  expect(warnings).toEqual([
    'Sheet "Bad": Cells that begin like formulas, which a spreadsheet program would run: 1 (note in row 2)',
  ]);
});

test("a workbook that is large in one part is found by its mark, wherever that lies", async () => {
  const rows = Array.from({ length: 3_000 }, (_, row) => [row, `text ${(row * 7919) % 3_001}`]);
  expect((await workbook({ S: [["n", "t"], ...rows] })).facts).toEqual({
    type: "Excel workbook",
    rows: 3_000,
    columns: 2,
  });
});
