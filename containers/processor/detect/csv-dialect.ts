/** How a table in text is written. */
export interface CsvDialect {
  readonly delimiter: string;
  /** How a quote within quotes is written: doubled, or after a backslash. */
  readonly escape: '"' | "\\";
  /** The fields of the first record, as written. */
  readonly firstRecord: readonly string[];
  /** Whether the content alone says that this is a table. */
  readonly certain: boolean;
}

const DELIMITERS = [",", "\t", ";", "|"] as const;
const MOST_RECORDS = 100;
/** Share of records with the usual number of fields: enough when the name promises a table. */
const MOSTLY = 0.5;

/**
 * Finds the delimiter with which most records have the same number of fields, more than one.
 * DuckDB would find it too, by trying many more dialects, which takes longer than all else for a small file.
 * @param promised whether the name says that it is a table; then one column will do
 */
export function sniffDialect(
  text: string,
  whole: boolean,
  { promised }: { promised: boolean },
): CsvDialect | undefined {
  const escapeMark = /\\"/.test(text) && !/[^\s,;|]""[^\s,;|]/.test(text) ? "\\" : '"';
  const candidates = DELIMITERS.filter((delimiter) => text.includes(delimiter))
    .map((delimiter) => ({ delimiter, ...regularity(records(text, whole, delimiter, escapeMark)) }))
    .filter(({ fields, share }) => fields > 1 && share >= MOSTLY);
  candidates.sort((a, b) => b.share - a.share || b.fields - a.fields);
  const [best] = candidates;
  if (best) {
    const regular = best.share === 1 && best.records >= 3 && !isProse(best.delimiter, best.firstRecord);
    if (promised || regular) {
      const { delimiter, firstRecord, share } = best;
      return { delimiter, escape: escapeMark, firstRecord, certain: share >= 0.9 };
    }
  }
  if (!promised) return undefined;
  const [firstRecord = []] = records(text, whole, ",", escapeMark);
  return { delimiter: ",", escape: escapeMark, firstRecord, certain: false };
}

/** A first line of words with spaces around the commas is a sentence rather than a header. */
function isProse(delimiter: string, firstRecord: readonly string[]): boolean {
  return delimiter === "," && firstRecord.slice(1).every((field) => field.startsWith(" "));
}

function regularity(all: readonly (readonly string[])[]) {
  const counts = new Map<number, number>();
  for (const { length } of all) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [fields, times] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [0, 0];
  return { fields, share: times / Math.max(1, all.length), records: all.length, firstRecord: all[0] ?? [] };
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
