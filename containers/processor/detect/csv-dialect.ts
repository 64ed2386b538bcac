/** How a table in text is written. */
export interface CsvDialect {
  readonly delimiter: string;
  /** How a quote within quotes is written: doubled, or after a backslash. */
  readonly escape: '"' | "\\";
  /** Lines before the table: comments that begin with `#`. */
  readonly skippedLines: number;
  /** Between the digits of its fractions. */
  readonly decimal: "." | ",";
  /** The fields of the first record, as written. */
  readonly firstRecord: readonly string[];
  /** Whether the content alone says that this is a table. */
  readonly certain: boolean;
}

const DELIMITERS = [",", "\t", ";", "|"] as const;
const MOST_RECORDS = 100;
/** Share of records with the usual number of fields: enough when the name promises a table. */
const MOSTLY = 0.5;
/** And where the last cells of a line may be missing. */
const RAGGED = 0.2;

/**
 * Finds the delimiter with which most records have the same number of fields, more than one.
 * DuckDB would find it too, by trying many more dialects, which takes longer than all else for a small file.
 * @param promised whether the name says that it is a table; then one column will do, and comments may come before it
 * @param tabbed whether the name says that tabs are between its cells
 */
export function sniffDialect(
  text: string,
  whole: boolean,
  { promised, tabbed }: { promised: boolean; tabbed: boolean },
): CsvDialect | undefined {
  const comments = promised ? leadingComments(text) : [];
  const table = comments.length > 0 ? text.slice(comments.join("").length) : text;
  const escapeMark = /\\"/.test(table) && !/[^\s,;|]""[^\s,;|]/.test(table) ? "\\" : '"';
  const candidates = DELIMITERS.filter((delimiter) => table.includes(delimiter))
    .map((delimiter) => regularity(delimiter, records(table, whole, delimiter, escapeMark)))
    .filter(({ fields, share }) => fields > 1 && (share >= MOSTLY || (promised && share >= RAGGED)));
  candidates.sort((a, b) => b.share - a.share || b.fields - a.fields);
  const [best] = candidates;
  if (best) {
    const regular = best.share === 1 && best.all.length >= 3 && !isProse(best.delimiter, best.firstRecord);
    if (promised || regular) {
      const { delimiter, fields, share, all } = best;
      const certain = share >= 0.9;
      const header = headerAmong(comments, delimiter, fields, escapeMark);
      return {
        delimiter,
        escape: escapeMark,
        decimal: decimalOf(delimiter, all),
        skippedLines: comments.length - (header ? 1 : 0),
        firstRecord: header ?? best.firstRecord,
        certain,
      };
    }
  }
  if (!promised) return undefined;
  const delimiter = tabbed ? "\t" : ",";
  const [firstRecord = []] = records(table, whole, delimiter, escapeMark);
  const skippedLines = comments.length;
  return { delimiter, escape: escapeMark, decimal: ".", skippedLines, firstRecord, certain: false };
}

/** The lines that begin with `#` before all others, with what ends them. */
function leadingComments(text: string): string[] {
  const lines: string[] = [];
  for (let at = text.charCodeAt(0) === 0xfeff ? 1 : 0; text[at] === "#"; ) {
    const end = text.indexOf("\n", at);
    if (end < 0) break;
    lines.push(text.slice(lines.length === 0 ? 0 : at, end + 1));
    at = end + 1;
  }
  return lines;
}

/** The last comment names the columns when it has as many fields as most lines. */
function headerAmong(
  comments: readonly string[],
  delimiter: string,
  fields: number,
  escapeMark: string,
): readonly string[] | undefined {
  const [record] = records(comments.at(-1) ?? "", true, delimiter, escapeMark);
  return record?.length === fields ? record : undefined;
}

/** A first line of words with spaces around the commas is a sentence rather than a header. */
function isProse(delimiter: string, firstRecord: readonly string[]): boolean {
  return delimiter === "," && firstRecord.slice(1).every((field) => field.startsWith(" "));
}

/** Where commas do not end cells, fractions may have them; no cell may have a point then. */
function decimalOf(delimiter: string, all: readonly (readonly string[])[]): "." | "," {
  if (delimiter === ",") return ".";
  const cells = all.flat();
  const commas = cells.some((cell) => /^[-+]?\d+,\d+$/.test(cell));
  return commas && !cells.some((cell) => /^[-+]?\d+\.\d+$/.test(cell)) ? "," : ".";
}

function regularity(delimiter: string, all: readonly (readonly string[])[]) {
  const counts = new Map<number, number>();
  for (const { length } of all) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [fields, times] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [0, 0];
  return { delimiter, fields, share: times / Math.max(1, all.length), all, firstRecord: all[0] ?? [] };
}

/** The first records; one that may be cut off at the end of `text` is left out. */
function records(text: string, whole: boolean, delimiter: string, escapeMark: string): string[][] {
  const found: string[][] = [];
  let record: string[] = [];
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < text.length && found.length < MOST_RECORDS) {
    const [field, end] =
      text[at] === '"' ? quotedField(text, at, delimiter, escapeMark) : bareField(text, at, delimiter);
    record.push(field);
    at = end;
    if (text[at] === delimiter) {
      at++;
      if (at < text.length) continue;
      record.push("");
    }
    if (at >= text.length && !whole && found.length > 0) break;
    if (record.length > 1 || record[0] !== "") found.push(record);
    record = [];
    at += text[at] === "\r" && text[at + 1] === "\n" ? 2 : 1;
  }
  return found;
}

type FieldAndEnd = [field: string, end: number];

function bareField(text: string, start: number, delimiter: string): FieldAndEnd {
  let end = start;
  for (; end < text.length; end++) {
    const character = text[end];
    if (character === delimiter || character === "\n" || character === "\r") break;
  }
  return [text.slice(start, end), end];
}

function quotedField(text: string, start: number, delimiter: string, escapeMark: string): FieldAndEnd {
  let end = start + 1;
  for (; end < text.length; end++) {
    if (escapeMark === "\\" && text[end] === "\\") end++;
    else if (text[end] === '"') {
      if (escapeMark === '"' && text[end + 1] === '"') end++;
      else break;
    }
  }
  const [rest, afterRest] = bareField(text, end + 1, delimiter);
  return [
    text.slice(start + 1, end).replaceAll(`${escapeMark}"`, '"') + rest,
    Math.min(afterRest, text.length),
  ];
}
