import { expect, test } from "vitest";
import { analyze } from "../support/analyze.ts";
import { compound } from "../support/files/compound.ts";

const RAR = Buffer.concat([Buffer.from("Rar!\x1a\x07\x01\0", "latin1"), Buffer.alloc(400, 7)]);
const SEVEN_ZIP = Buffer.concat([Buffer.from("7z\xbc\xaf\x27\x1c\0\x04", "latin1"), Buffer.alloc(400, 7)]);
const OLD_OFFICE = Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(2_000, 3)]);

test.each([
  ["a.rar", RAR, "RAR archive"],
  ["a.7z", SEVEN_ZIP, "7z archive"],
  ["a.xls", compound(["1", "2", "3", "4", "Workbook"]), "Excel 97 workbook"],
  ["a.doc", compound(["WordDocument"]), "Word 97 document"],
  ["a.db", compound(["Catalog"]), "compound file of an older program"],
  ["a.db", compound(["Catalog"], { circle: true }), "compound file of an older program"],
  ["damaged.db", OLD_OFFICE, "compound file of an older program"],
])("%s: a kind that is known and not opened is named", async (key, content, label) => {
  const { analyzer, facts, warnings } = await analyze(key, content);
  expect(analyzer.name).toBe("generic");
  expect(facts).toEqual({ type: label });
  expect(warnings).toContain(`Its kind, ${label}, is known but not opened: only its bytes are described`);
});

test.each(["a.xlsx", "a.docx"])(
  "%s with a password is a document of which nothing else is known",
  async (key) => {
    const { facts, warnings } = await analyze(key, compound(["EncryptionInfo", "EncryptedPackage"]));
    expect(facts).toEqual({ type: "encrypted Office document" });
    expect(warnings).toEqual(["The document is encrypted with a password: its content is not known"]);
  },
);

test("bytes of no kind have entropy and printable strings, and no warning", async () => {
  const noise = Buffer.from(Array.from({ length: 4_096 }, (_, at) => (at * 167 + (at >> 8) * 31) & 0xff));
  const content = Buffer.concat([Buffer.from([0, 1, 2]), noise, Buffer.from("\0high water\0")]);
  const { facts, warnings, content: found } = await analyze("a.bin", content);
  expect(facts).toEqual({ type: "unknown binary data" });
  expect(warnings).toEqual([]);
  expect(found.entropyBitsPerByte).toBeGreaterThan(7.5);
  expect(found.printableStrings).toMatchObject({ first: expect.arrayContaining(["high water"]) });
});
