import { invalidArgument } from "./errors.ts";

/** What a page of a listing is asked for. */
export interface PageQuery {
  readonly prefix: string;
  /** Keys that share what lies between the prefix and the next delimiter are rolled up. Empty: none are. */
  readonly delimiter: string;
  /** Where to go on: after this key or rolled-up prefix. */
  readonly after: string | undefined;
  /** Go on within the key `after`: past the row that this function accepts. */
  readonly isLastSeen?: ((row: { readonly key: string }) => boolean) | undefined;
  /** Most rows and rolled-up prefixes together. */
  readonly limit: number;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly commonPrefixes: readonly string[];
  readonly isTruncated: boolean;
  /** The last key or prefix of the page, from where the next one goes on. */
  readonly last: string | undefined;
}

/** Rows in key order from `key` on (`inclusive`) or after it. */
export type FetchRows<Row> = (key: string, inclusive: boolean, limit: number) => readonly Row[];

/**
 * One page of a listing in key order. Below a rolled-up prefix nothing is read: the next fetch starts past it,
 * so a listing by folders costs as much as there are folders.
 */
export function readPage<Row extends { readonly key: string }>(
  fetch: FetchRows<Row>,
  query: PageQuery,
): Page<Row> {
  const { prefix, delimiter, after, limit } = query;
  const rows: Row[] = [];
  const commonPrefixes: string[] = [];
  const done = (isTruncated: boolean, last?: string): Page<Row> => ({
    rows,
    commonPrefixes,
    isTruncated,
    last,
  });
  if (limit === 0) return done(false);

  let skipping = query.isLastSeen !== undefined;
  let position = startOf(query);
  let last: string | undefined;
  const batch = limit + 1;
  while (position !== undefined) {
    const fetched: readonly Row[] = fetch(position.key, position.inclusive, batch);
    let next: { key: string; inclusive: boolean } | undefined =
      fetched.length < batch ? undefined : { key: fetched.at(-1)?.key ?? "", inclusive: false };
    for (const row of fetched) {
      if (!row.key.startsWith(prefix)) return done(false, last);
      if (skipping && row.key === after) {
        skipping = !query.isLastSeen?.(row);
        continue;
      }
      skipping = false;
      const rolledUp = rollUp(row.key, prefix, delimiter);
      if (rolledUp !== undefined && rolledUp === last) {
        // Still below the prefix that was just taken: read on past it.
        const past = successor(rolledUp);
        next = past === undefined ? undefined : { key: past, inclusive: true };
        break;
      }
      if (rows.length + commonPrefixes.length === limit) return done(true, last);
      if (rolledUp === undefined) rows.push(row);
      else commonPrefixes.push(rolledUp);
      last = rolledUp ?? row.key;
    }
    position = next;
  }
  return done(false, last);
}

function startOf({ prefix, delimiter, after, isLastSeen }: PageQuery) {
  if (after === undefined || Buffer.compare(Buffer.from(after), Buffer.from(prefix)) < 0) {
    return { key: prefix, inclusive: true };
  }
  if (isLastSeen) return { key: after, inclusive: true };
  if (rollUp(after, prefix, delimiter) !== after) return { key: after, inclusive: false };
  const past = successor(after);
  return past === undefined ? undefined : { key: past, inclusive: true };
}

/** The key's start up to the first delimiter after the prefix, or undefined when there is none. */
function rollUp(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === "" || !key.startsWith(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** The least text that comes after everything that starts with `text`, by code points; none for the very last. */
export function successor(text: string): string | undefined {
  const points = [...text].map((character) => character.codePointAt(0) ?? 0);
  while (points.length > 0) {
    const point = points.pop() ?? 0;
    if (point === 0x10ffff) continue;
    // Surrogates are no characters, so UTF-8 has none.
    return String.fromCodePoint(...points, point === 0xd7ff ? 0xe000 : point + 1);
  }
  return undefined;
}

/** A page size such as `max-keys`: 1,000 at most, whatever is asked. @throws S3Error InvalidArgument */
export function parsePageSize(query: URLSearchParams, name: string): number {
  const text = query.get(name);
  if (text === null || text === "") return 1000;
  if (!/^\d{1,10}$/.test(text) || Number(text) > 2 ** 31 - 1) {
    throw invalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, text);
  }
  return Math.min(Number(text), 1000);
}

/** How names are written in a listing: as they are, or with `encoding-type=url` percent-encoded. */
export function listingEncoder(query: URLSearchParams): (text: string) => string {
  const type = query.get("encoding-type");
  if (type === null) return (text) => text;
  if (type !== "url")
    throw invalidArgument("Invalid Encoding Method specified in Request", "encoding-type", type);
  return (text) =>
    encodeURIComponent(text)
      .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll("%2F", "/")
      .replaceAll("%20", "+");
}
