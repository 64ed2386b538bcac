/** Rows as aligned columns under a head; the terminal's width is not a limit. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(width(title), ...rows.map((row) => width(row[column] ?? ""))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - width(cell))))
      .join("  ")
      .trimEnd();
  return [line(head), line(widths.map((columns) => "─".repeat(columns))), ...rows.map(line)].join("\n");
}

const segmenter = new Intl.Segmenter();

/** Columns that a text takes: characters as a reader counts them, wide ones as two. */
function width(text: string): number {
  return [...segmenter.segment(text)].reduce(
    (columns, { segment }) =>
      columns +
      (/\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u.test(
        segment,
      )
        ? 2
        : 1),
    0,
  );
}
