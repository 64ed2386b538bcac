import { writeXlsx } from "hucre";
import { pdfOf, stream } from "../test/containers/support/files/pdf.ts";
import { pick, random } from "./random.ts";
import type { Shipment } from "./shipments.ts";

export const NOTES = `Harbour notes, July 2026

High water came forty minutes early on the third. Two coasters waited outside until the pilot was free,
and the crane at berth four stood still for the afternoon; its brake has been changed since.

What to keep in mind for August:
- berth two is closed from the 10th to the 14th
- reefer plugs at the north stack are counted double in last month's sheet
- the ferry has right of way until nine
`;

const MONTHS = ["July", "August", "September"];

/** A page of tide times for each month, and an outline of them. */
export function tideTables(): Buffer {
  const firstPage = 5;
  const outline = firstPage + 2 * MONTHS.length;
  const pages = MONTHS.flatMap((month, at) => {
    const lines = Array.from({ length: 28 }, (_, day) => {
      const minutes = (at * 28 + day) * 50;
      const time = (shift: number) =>
        new Date(Date.UTC(2026, 0, 1) + ((minutes + shift) % 1_440) * 60_000).toISOString().slice(11, 16);
      const level = (3.2 + random() * 0.8).toFixed(2);
      return `(${month} ${day + 1}: high water ${time(130)}, ${level} m; low water ${time(500)}) Tj T*`;
    });
    return [
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 595]/Contents ${firstPage + at * 2 + 1} 0 R/Resources<</Font<</F1 3 0 R>>>>>>`,
      stream(
        `BT /F1 18 Tf 40 545 Td (Tides of ${month} 2026) Tj /F1 10 Tf 16 TL 0 -30 Td ${lines.join(" ")} ET`,
      ),
    ];
  });
  const entries = MONTHS.map((month, at) => {
    const next = at + 1 < MONTHS.length ? `/Next ${outline + at + 2} 0 R` : "";
    const previous = at > 0 ? `/Prev ${outline + at} 0 R` : "";
    return `<</Title(${month} 2026)/Parent ${outline} 0 R/Dest[${firstPage + at * 2} 0 R/Fit]${previous}${next}>>`;
  });
  const kids = MONTHS.map((_, at) => `${firstPage + at * 2} 0 R`).join(" ");
  return pdfOf(
    [
      `<</Type/Catalog/Pages 2 0 R/Outlines ${outline} 0 R>>`,
      `<</Type/Pages/Kids[${kids}]/Count ${MONTHS.length}>>`,
      "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
      "<</Title(Tide tables, summer 2026)/Author(Harbour office)/CreationDate(D:20260620120000Z)>>",
      ...pages,
      `<</Type/Outlines/First ${outline + 1} 0 R/Last ${outline + MONTHS.length} 0 R/Count ${MONTHS.length}>>`,
      ...entries,
    ],
    { trailer: "/Info 4 0 R" },
  );
}

export function harbourPage(rows: readonly Shipment[]): string {
  const cells = rows.map(
    ({ arrived, port, cargo, containers }) =>
      `      <tr><td>${arrived.replace("T", " ")}</td><td>${port}</td><td>${cargo}</td><td>${containers}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>The harbour this week</title>
    <meta name="description" content="Arrivals, tides and notices of the harbour office">
  </head>
  <body>
    <h1>The harbour this week</h1>
    <p>High water comes forty minutes early on the third; two coasters wait outside until the pilot is free.</p>
    <h2>Arrivals</h2>
    <table>
      <tr><th>Arrived</th><th>From</th><th>Cargo</th><th>Containers</th></tr>
${cells.join("\n")}
    </table>
    <h2>Notices</h2>
    <ul>
      <li><a href="/tides">Tide tables</a></li>
      <li><a href="/berths/2">Berth two is closed</a></li>
      <li><a href="mailto:office@harbour.example">The harbour office</a></li>
    </ul>
    <img src="/tide.png" alt="The tide of the week">
  </body>
</html>
`;
}

/** Two sheets; a cell of the second would be run by a spreadsheet program. */
export async function shipsWorkbook(): Promise<Uint8Array> {
  const names = ["Ada", "Grace", "Mary", "Hedy", "Emmy", "Lise", "Rosalind", "Chien-Shiung"];
  return writeXlsx({
    sheets: [
      {
        name: "Ships",
        rows: [
          ["name", "built", "teu", "flag", "reefer plugs"],
          ...names.map((name, at) => [
            name,
            new Date(Date.UTC(1998 + at * 3, at, 3 + at)),
            400 + Math.floor(random() * 90) * 20,
            pick(["NO", "PL", "DK"]),
            random() < 0.3 ? null : Math.floor(random() * 60),
          ]),
        ],
      },
      {
        name: "Berths",
        rows: [
          ["berth", "length in m", "remark"],
          ["one", 210, "crane changed"],
          ["two", 180, '=HYPERLINK("https://berths.example/2")'],
          ["three", 240.5, null],
          ["four", 195, "brake changed"],
        ],
      },
    ],
    properties: { modified: new Date(Date.UTC(2026, 6, 1)) },
  });
}
