import { open } from "node:fs/promises";
import { compound } from "../../containers/support/files/compound.ts";
import { zipOf } from "../../containers/support/files/zip.ts";
import { file, type HostileFile } from "../hostile-file.ts";
import { deflatedZeros } from "../zeros.ts";

const MIB = 2 ** 20;
const GIB = 2 ** 30;

export function tables(): HostileFile[] {
  return [...texts(), ...workbooks(), ...large()];
}

function texts(): HostileFile[] {
  const columns = (count: number) => Array.from({ length: count }, (_, at) => `c${at}`).join(",");
  return [
    file("10,000 columns", "wide.csv", () => `${columns(10_000)}\n${columns(10_000)}\n`),
    file("100,000 columns", "wider.csv", () => `${columns(100_000)}\n${columns(100_000)}\n`),
    file("NUL bytes", "nul.csv", () => "a,b\n1,x\0y\n2,z\n", { warning: /NUL/ }),
    file("nothing but NUL bytes", "nul.csv", () => Buffer.alloc(5_000)),
    file("invalid UTF-8", "latin.csv", () => Buffer.from("a,b\n1,\xff\xfe\xe9\n", "latin1"), {
      warning: /not valid UTF-8/,
    }),
    file("overlong UTF-8", "overlong.csv", () => Buffer.from("a,b\n1,\xc0\xaf\n2,x\n", "latin1")),
    file("half a character at the end", "half.csv", () => Buffer.from("a,b\n1,\xe2\x82", "latin1")),
    file("UTF-16 of odd length", "odd16.csv", () =>
      Buffer.concat([Buffer.from("\ufeffa,b\n1,2\n", "utf16le"), Buffer.from([0x41])]),
    ),
    file("a byte order mark alone", "bom.csv", () => Buffer.from([0xef, 0xbb, 0xbf])),
    file(
      "formulas",
      "formulas.csv",
      () => "name,note\nx,=cmd|' /C calc'!A0\ny,@SUM(A1)\nz,+1+cmd|x\nw,-2+(3)\nv,-\n",
      {
        warning: /formulas.*: 4/,
      },
    ),
    file("a quote that never closes", "quote.csv", () => `a,b\n1,"never\n${"2,3\n".repeat(2_000)}`),
    file("nothing but quotes", "quotes.csv", () => '"'.repeat(10_001)),
    file("nothing but commas", "commas.csv", () => ",".repeat(50_000)),
    file("nothing but line ends", "lines.csv", () => "\n".repeat(100_000)),
    file("carriage returns alone", "cr.csv", () => "a,b\r1,2\r3,4\r"),
    file("three kinds of line end", "mixed.csv", () => "a,b\n1,2\r\n3,4\r5,6\n"),
    file("two delimiters", "delimiters.csv", () => "a,b;c\n1;2,3\n4,5;6\n7;8;9\n"),
    file("equal names", "names.csv", () => `${"same,".repeat(300)}same\n${"1,".repeat(300)}1\n`),
    file("a name of SQL", "sql.csv", () => `"'); DROP TABLE data; --","x"" y"\n1,2\n3,4\n`),
    file("a header of 100,000 characters", "header.csv", () => `${"h".repeat(100_000)},b\n1,2\n`),
    file(
      "numbers beyond all numbers",
      "huge.csv",
      () => "n,m\n1e400,99999999999999999999999999999999999999999\n-1e400,0x7f\nnan,inf\n",
    ),
    file("dates that are none", "dates.csv", () => "d,e\n2026-02-30,0000-00-00\n9999-12-31,290000-01-01\n"),
    file("one line of 3 MB", "line.csv", () => `a,b\n1,${"x".repeat(3_000_000)}\n2,y\n`, {
      failure: "unreadable",
      because: /line size/,
    }),
    file("JSON, 100,000 deep", "deep.json", () => `[{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}]`),
    file("JSON that never closes", "open.json", () => `[${'{"a":'.repeat(20_000)}`),
    file("JSON of equal keys", "keys.json", () => `[{"a":1,"a":2,"A":3,"":4}]`),
    file(
      "JSON of 5,000 keys",
      "wide.json",
      () => `[{${Array.from({ length: 5_000 }, (_, at) => `"k${at}":${at}`).join()}}]`,
    ),
    file("JSON with NUL in a name", "nul.json", () => String.raw`[{"a\u0000b":1,"\ud800":2}]`),
    file("NDJSON, one line of 5 MB", "line.ndjson", () => `{"a":"${"x".repeat(5_000_000)}"}\n{"a":"y"}\n`),
    file(
      "NDJSON of every type",
      "types.ndjson",
      () => '{"a":1}\n{"a":"x"}\n{"a":[1]}\n{"a":{"b":1}}\n{"a":null}\n',
    ),
    file("NDJSON, half of it broken", "half.ndjson", () => '{"a":1}\nbroken{\n'.repeat(500)),
    file("a Parquet of its marks alone", "marks.parquet", () => "PAR1PAR1", { failure: "unreadable" }),
    file(
      "a Parquet that claims a large footer",
      "footer.parquet",
      () =>
        Buffer.concat([
          Buffer.from("PAR1"),
          Buffer.alloc(200, 1),
          Buffer.from([255, 255, 255, 127]),
          Buffer.from("PAR1"),
        ]),
      { failure: "unreadable" },
    ),
    file("an encrypted Parquet", "secret.parquet", () =>
      Buffer.concat([
        Buffer.from("PAR1"),
        Buffer.alloc(200, 1),
        Buffer.from([50, 0, 0, 0]),
        Buffer.from("PARE"),
      ]),
    ),
    file("a script named like a table", "run.csv", () => "#!/bin/sh\nrm -rf /\n"),
    file("a path as content", "path.csv", () => "/etc/passwd\n../../etc/shadow\n"),
  ];
}

const TYPES =
  '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>';
const RELS =
  '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>';
const BOOK =
  '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>';

function workbook(
  sheet: string | { raw: Buffer; size: number },
  changes: Record<string, string | undefined> = {},
) {
  const target = changes.target ?? "worksheets/sheet1.xml";
  const parts: Record<string, string | undefined> = {
    "[Content_Types].xml": TYPES,
    "_rels/.rels": RELS,
    "xl/workbook.xml": BOOK,
    "xl/_rels/workbook.xml.rels": `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="${target}"/></Relationships>`,
    ...changes,
  };
  const entries = Object.entries(parts).flatMap(([name, content]) =>
    content === undefined || name === "target" ? [] : [{ name, content }],
  );
  const name = "xl/worksheets/sheet1.xml";
  const part =
    typeof sheet === "string"
      ? { name, content: sheet }
      : { name, raw: sheet.raw, method: 8, claims: { size: sheet.size } };
  return zipOf([...entries, part]);
}

const rows = (xml: string) => `<worksheet><sheetData>${xml}</sheetData></worksheet>`;

function workbooks(): HostileFile[] {
  const cell = (ref: string, value: string) => `<c r="${ref}"><v>${value}</v></c>`;
  return [
    file(
      "a workbook with a bomb for a sheet",
      "bomb.xlsx",
      () => workbook({ raw: deflatedZeros(300), size: 300 * 2 ** 20 }),
      { failure: "unreadable", because: /decompression bomb/ },
    ),
    file("a workbook whose sheet lies about its size", "liar.xlsx", () =>
      workbook({ raw: deflatedZeros(100), size: 1_000 }),
    ),
    file(
      "a cell in the farthest corner",
      "corner.xlsx",
      () => workbook(rows(`<row r="1048576">${cell("XFD1048576", "1")}</row>`)),
      { analyzer: "tables" },
    ),
    file("a cell beyond the sheet", "beyond.xlsx", () =>
      workbook(rows(`<row r="1">${cell("ZZZZZZZ1", "1")}</row>`)),
    ),
    file(
      "formulas in cells",
      "formulas.xlsx",
      () =>
        workbook(
          rows(
            '<row r="1"><c r="A1" t="inlineStr"><is><t>=HYPERLINK("x")</t></is></c><c r="B1"><f>1+1</f><v>2</v></c></row>',
          ),
        ),
      { analyzer: "tables" },
    ),
    file(
      "shared strings that are not there",
      "strings.xlsx",
      () => workbook(rows('<row r="1"><c r="A1" t="s"><v>99999999</v></c></row>')),
      { analyzer: "tables" },
    ),
    file("rows that go backwards", "backwards.xlsx", () =>
      workbook(
        rows(
          `<row r="9">${cell("A9", "1")}</row><row r="2">${cell("A2", "x")}</row><row r="-4">${cell("A1", "3")}</row>`,
        ),
      ),
    ),
    file("a laugh in the sheet", "laugh.xlsx", () => workbook(laughs("worksheet"))),
    file("an outside entity in the sheet", "entity.xlsx", () =>
      workbook(
        `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${rows('<row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row>')}`,
      ),
    ),
    file("no sheet at all", "sheetless.xlsx", () => workbook("", { target: "nowhere.xml" })),
    file("no relations", "relations.xlsx", () =>
      workbook(rows(""), { "xl/_rels/workbook.xml.rels": undefined }),
    ),
    file("a sheet outside of the workbook", "outside.xlsx", () =>
      workbook(rows(""), { target: "../../../../etc/passwd" }),
    ),
    file("XML that never closes", "open.xlsx", () =>
      workbook(`<worksheet><sheetData>${"<row><c>".repeat(20_000)}`),
    ),
    file("an encrypted workbook", "secret.xlsx", () => compound(["EncryptionInfo", "EncryptedPackage"]), {
      warning: /encrypted with a password/,
    }),
    file("a compound file of noise", "noise.xls", () =>
      Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(2_000, 3)]),
    ),
    file("a compound file whose directory runs in a circle", "circle.xls", () =>
      compound(["a", "b", "c"], { circle: true }),
    ),
    file("a compound file whose directory lies beyond its end", "beyond.xls", () =>
      compound([]).subarray(0, 1_024),
    ),
    file("numbers that are none", "nan.xlsx", () =>
      workbook(rows(`<row r="1">${cell("A1", "NaN")}${cell("B1", "1e999")}${cell("C1", "-1")}</row>`)),
    ),
  ];
}

/** Ten entities, each ten times the one before it. */
export function laughs(root: string): string {
  const entities = Array.from(
    { length: 10 },
    (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`,
  ).join("");
  return `<?xml version="1.0"?><!DOCTYPE ${root} [<!ENTITY l0 "ha">${entities}]><${root} xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&l10;</text></${root}>`;
}

function large(): HostileFile[] {
  const sparse = (beginning: string, bytes: number) => ({
    async write(path: string) {
      await using target = await open(path, "wx");
      await target.writeFile(beginning);
      await target.truncate(bytes);
    },
  });
  return [
    {
      rule: "one line of 2 GiB",
      key: "endless.csv",
      // Unreadable or out of memory: whichever of the reader and the watch over it is first to say so.
      content: sparse(`a,b\n1,${"x".repeat(200_000)}`, 2 * GIB),
    },
    {
      rule: "a hole of 100 MiB",
      key: "hole.bin",
      content: sparse("beginning", 100 * MIB),
      expected: { analyzer: "generic" },
    },
    {
      rule: "a page with a hole of 300 MiB",
      key: "hole.html",
      content: sparse(`<!doctype html><p>${"word ".repeat(20_000)}`, 300 * MIB),
      expected: { analyzer: "html", warning: /first \d+ bytes/ },
    },
    {
      rule: "a drawing with a hole of 300 MiB",
      key: "hole.svg",
      content: sparse(`<svg xmlns="http://www.w3.org/2000/svg">${" ".repeat(100_000)}`, 300 * MIB),
      expected: { failure: "unreadable" },
    },
    {
      rule: "a PDF with a hole of 200 MiB",
      key: "hole.pdf",
      content: sparse("%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n", 200 * MIB),
    },
    {
      rule: "a picture with a hole of 100 MiB",
      key: "hole.png",
      content: sparse("\x89PNG\r\n\x1a\n", 100 * MIB),
    },
    {
      rule: "sound with a hole of 1 GiB",
      key: "hole.mp3",
      content: sparse("ID3\x04\0\0\x7f\x7f\x7f\x7f", GIB),
    },
  ];
}
