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

test.each([
  ["BMW sells cars.\nAnd vans.\n", "a bitmap"],
  ["MZ are two letters.\n", "a program"],
  ["ID3 tags come first.\n", "sound"],
  ["GIF89a begins a picture.\n", "a picture"],
])("%j begins like %s, and is text", async (content) => {
  expect(await analyze("notes.txt", content)).toMatchObject({ facts: { type: "plain text" }, warnings: [] });
});

test.each([
  ["meeting.ics", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", "calendar (iCalendar)"],
  ["page.ps", "%!PS-Adobe-3.0\n/Helvetica findfont 12 scalefont setfont\nshowpage\n", "PostScript"],
  ["letter.rtf", "{\\rtf1\\ansi Dear Sir}", "RTF document"],
])("%s is text of a kind of its own", async (key, content, label) => {
  const { analyzer, facts, warnings } = await analyze(key, content);
  expect([analyzer.name, facts.type, warnings]).toEqual(["text", label, []]);
});

test("text in gzip needs no name of its own within", async () => {
  expect(await analyze("manual.8.gz", gzipSync("ls lists files\n"))).toMatchObject({
    facts: { type: "plain text (gzip)" },
    warnings: [],
  });
});

test.each([
  [
    "invoice.docx",
    "The name suggests application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  ],
  ["sheet.xls", "The name suggests application/vnd.ms-excel"],
  ["setup.exe", "The name suggests application/x-msdownload"],
  ["song.m4a", "The name suggests audio/x-m4a"],
  ["build.py", "The name suggests text/plain"],
])("a picture by the name of %s is warned of", async (key, warning) => {
  expect((await analyze(key, PNG)).warnings).toEqual([`${warning}, the content is image/png`]);
});

test.each([
  ["page.html", '<html><head><meta charset="windows-1251"><title>Привет</title></head></html>', "title"],
  ["a.xml", '<?xml version="1.0" encoding="windows-1251"?><a>Привет</a>', "topTerms"],
])("the encoding that %s declares is the one that it is read in", async (key, text, member) => {
  const cyrillic = [...text].map((letter) => {
    const code = letter.charCodeAt(0);
    return code < 128 ? code : code - 0x410 + 0xc0;
  });
  const { content, warnings } = await analyze(key, Buffer.from(cyrillic));
  expect(content.encoding).toBe("windows-1251");
  expect(JSON.stringify(content[member])).toMatch(/привет/i);
  expect(warnings).toEqual([]);
});

test("sound without compression that is mostly letters is no text", async () => {
  const letters = Buffer.alloc(4_000, "wave\xff", "latin1");
  for (let at = 0; at < letters.length; at += 400) letters[at] = 0;
  expect((await analyze("tone.au", letters)).facts.type).toBe("unknown binary data");
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
