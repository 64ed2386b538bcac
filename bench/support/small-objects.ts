/** Small objects as people upload them: 1 to 50 KB of tables, text, web pages and JSON. The same every time. */
export function smallObject(index: number): { readonly key: string; readonly body: string } {
  const { ending, line } = KINDS[index % KINDS.length] ?? KINDS[0];
  // Most are small: the square of an even spread.
  const share = ((index * 7919) % 1000) / 1000;
  const bytes = 1_000 + Math.floor(49_000 * share * share);
  const lines: string[] = [];
  for (let length = 0; length < bytes; ) {
    const next = line(index, lines.length);
    lines.push(next);
    length += next.length + 1;
  }
  return { key: `small-${index}.${ending}`, body: `${lines.join("\n")}\n` };
}

const KINDS = [
  {
    ending: "csv",
    line: (object: number, row: number) =>
      row === 0
        ? "id,name,value,day"
        : `${row},name ${(row * 7 + object) % 31},${(row * 0.37).toFixed(2)},2026-11-22`,
  },
  {
    ending: "txt",
    line: (object: number, row: number) =>
      `Line ${row} of text number ${object}, which says little and says it in plain words.`,
  },
  {
    ending: "ndjson",
    line: (object: number, row: number) =>
      JSON.stringify({ id: row, object, kind: row % 5, ok: row % 2 === 0, at: "2026-11-22T13:00:00Z" }),
  },
  {
    ending: "html",
    line: (object: number, row: number) =>
      row === 0
        ? `<!doctype html><title>Page ${object}</title><h1>Page ${object}</h1>`
        : `<p>Paragraph ${row} with a <a href="/page/${row}">link</a>.</p>`,
  },
] as const;
