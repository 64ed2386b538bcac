import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { analyze } from "../support/analyze.ts";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

test("the content decides, and a name that promises something else is warned of", async () => {
  const { type, facts, analyzer, warnings } = await analyze("table.csv", PNG);
  expect(type).toEqual({ mime: "image/png", detectedBy: "content", nameSuggests: "text/csv" });
  expect(facts).toEqual({ type: "PNG image", width: 1, height: 1 });
  expect(analyzer.name).toBe("images");
  expect(warnings).toEqual(["The name suggests text/csv, the content is image/png"]);
});

test("a table is one whatever its name, and plain text may be one without a warning", async () => {
  const csv = "a;b\n1;2\n3;4\n";
  expect(await analyze("photo.png", csv)).toMatchObject({
    facts: { type: "CSV", rows: 2 },
    warnings: ["The name suggests image/png, the content is text/csv"],
  });
  expect(await analyze("table.txt", csv)).toMatchObject({ facts: { type: "CSV", rows: 2 }, warnings: [] });
});

test.each([
  ["notes.txt", "Hello, world.\nSome text, with commas, here.\nBye, then.\n", "plain text"],
  ["page.html", "<!doctype html><html><body>Hi</body></html>", "HTML page"],
  ["drawing.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG image"],
  ["one.json", '{"a": {"b": 1}}', "JSON"],
  ["data.bin", Buffer.from(Array.from({ length: 999 }, (_, at) => (at * 7919) % 256)), "unknown binary data"],
  ["some.gz", gzipSync(Buffer.from([0, 1, 2, 3, 0, 0])), "gzip data"],
  ["nothing", "", "empty file"],
  [".csv.", "just one line", "plain text"],
])("%s is a %3$s", async (key, content, label) => {
  expect((await analyze(key, content)).facts.type).toBe(label);
});

test("bytes of no known type are described by entropy and the strings in them", async () => {
  const bytes = Buffer.concat([Buffer.alloc(500, 1), Buffer.from("a readable string"), Buffer.alloc(500, 2)]);
  const { type, content } = await analyze("thing", bytes);
  expect(type).toEqual({ mime: "application/octet-stream", detectedBy: "none" });
  expect(content).toMatchObject({
    entropyBitsPerByte: expect.closeTo(1.18, 0),
    printableStrings: { count: 1, first: ["a readable string"] },
  });
});

test("text is described by lines, words and characters", async () => {
  const { content } = await analyze("notes.md", "Größe zählt.\n\nEnde");
  expect(content).toMatchObject({
    encoding: "utf-8",
    lines: 3,
    words: 3,
    characters: 18,
    longestLineCharacters: 12,
  });
});
