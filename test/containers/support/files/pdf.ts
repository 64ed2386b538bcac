/** A PDF of objects numbered from 1; the first is the catalog. Cross-references are right unless asked otherwise. */
export function pdfOf(objects: readonly (string | Buffer)[], { trailer = "", xref = true } = {}): Buffer {
  const parts: Buffer[] = [Buffer.from("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "latin1")];
  let length = parts[0]?.length ?? 0;
  const offsets = objects.map((object, index) => {
    const part = Buffer.concat([
      Buffer.from(`${index + 1} 0 obj\n`),
      Buffer.from(object),
      Buffer.from("\nendobj\n"),
    ]);
    const offset = length;
    parts.push(part);
    length += part.length;
    return offset;
  });
  const lines = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const table = xref ? `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${lines}` : "";
  const tail = `${table}trailer\n<</Size ${objects.length + 1}/Root 1 0 R${trailer}>>\nstartxref\n${length}\n%%EOF\n`;
  return Buffer.concat([...parts, Buffer.from(tail)]);
}

export function stream(content: string | Buffer, dictionary = ""): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([
    Buffer.from(`<<${dictionary}/Length ${bytes.length}>>\nstream\n`),
    bytes,
    Buffer.from("\nendstream"),
  ]);
}

/** A document of pages with one line of text each, an outline entry per page, and a title. */
export function textPdf(pages: readonly string[], title = "Tide tables"): Buffer {
  const first = 5;
  const kids = pages.map((_, index) => `${first + index * 2} 0 R`).join(" ");
  const outline = first + pages.length * 2;
  return pdfOf(
    [
      `<</Type/Catalog/Pages 2 0 R/Outlines ${outline} 0 R>>`,
      `<</Type/Pages/Kids[${kids}]/Count ${pages.length}>>`,
      "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
      `<</Title(${title})/Author(Harbour office)/CreationDate(D:20260701120000Z)>>`,
      ...pages.flatMap((text, index) => [
        `<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 595]/Contents ${first + index * 2 + 1} 0 R/Resources<</Font<</F1 3 0 R>>>>>>`,
        stream(`BT /F1 14 Tf 40 540 Td (${text}) Tj ET 0.1 0.3 0.6 rg 40 100 340 200 re f`),
      ]),
      `<</Type/Outlines/First ${outline + 1} 0 R/Last ${outline + pages.length} 0 R/Count ${pages.length}>>`,
      ...pages.map((_, index) => {
        const next = index + 1 < pages.length ? `/Next ${outline + index + 2} 0 R` : "";
        const previous = index > 0 ? `/Prev ${outline + index} 0 R` : "";
        return `<</Title(Chapter ${index + 1})/Parent ${outline} 0 R/Dest[${first + index * 2} 0 R/Fit]${previous}${next}>>`;
      }),
    ],
    { trailer: "/Info 4 0 R" },
  );
}
