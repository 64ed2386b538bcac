import { isUtf8 } from "node:buffer";
import { type CsvDialect, sniffDialect } from "./csv-dialect.ts";

export type { CsvDialect } from "./csv-dialect.ts";
/** `utf-8`, `utf-16` or `latin-1`; of markup also what it declares, by a label of the Encoding Standard. */
export type TextEncoding = string;

/** A type that is made of text. */
export interface TextType {
  readonly mime: string;
  readonly format: string;
  readonly detectedBy: "content" | "name";
  readonly encoding: TextEncoding;
  readonly dialect?: CsvDialect;
  readonly warnings: readonly string[];
}

/** More control characters than this share, and it is no text. */
const MOST_CONTROLS = 0.02;
/** Names that promise text: a few control characters are forgiven then, however short it is. */
const TEXT_NAMES: ReadonlySet<string> = new Set(["csv", "tsv", "json", "ndjson", "text", "html", "xml"]);

/**
 * Looks at the beginning of a file for text and what kind of it.
 * @param whole whether `bytes` are the whole file
 * @param nameFormat what the name promises; decides where the content leaves a choice
 * @returns undefined when it is not text
 */
export function sniffText(
  bytes: Uint8Array,
  whole: boolean,
  nameFormat: string | undefined,
): TextType | undefined {
  const decoded = decode(bytes, whole, nameFormat !== undefined && TEXT_NAMES.has(nameFormat));
  if (!decoded) return undefined;
  const { text, encoding, warnings } = decoded;
  const kind = kindOf(text, whole, nameFormat);
  const declared = encoding === "latin-1" && MARKUP.has(kind.format) ? declaredEncoding(text) : undefined;
  if (declared !== undefined) {
    const others = warnings.filter((warning) => warning !== NOT_UTF8);
    return { detectedBy: "content", ...kind, encoding: declared, warnings: others };
  }
  return { detectedBy: "content", ...kind, encoding, warnings };
}

const MARKUP: ReadonlySet<string> = new Set(["html", "xml", "svg"]);
const NOT_UTF8 = "The text is not valid UTF-8; it is read as Latin-1";

/** What a page or an XML document says of itself, if that can be read and is not what it is known not to be. */
function declaredEncoding(text: string): TextEncoding | undefined {
  const [, xml, meta] =
    /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)|<meta[^>]+charset\s*=\s*["']?([\w.:-]+)/i.exec(
      text.slice(0, 4_096),
    ) ?? [];
  try {
    const { encoding } = new TextDecoder(xml ?? meta ?? "utf-8");
    return encoding.startsWith("utf-") ? undefined : encoding;
  } catch {
    return undefined;
  }
}

type Kind = Pick<TextType, "mime" | "format"> & Partial<Pick<TextType, "detectedBy" | "dialect">>;

function kindOf(text: string, whole: boolean, nameFormat: string | undefined): Kind {
  const start = text.trimStart();
  const json = jsonKind(start, whole, nameFormat);
  if (json) return json;
  const root = rootOf(start);
  if (root === "svg") return { mime: "image/svg+xml", format: "svg" };
  if (root === "html" || root === "!doctype html") return { mime: "text/html", format: "html" };
  if (root !== undefined && start.startsWith("<?xml")) return { mime: "application/xml", format: "xml" };
  const promised = nameFormat === "csv" || nameFormat === "tsv";
  const dialect = sniffDialect(text, whole, { promised, tabbed: nameFormat === "tsv" });
  if (dialect) {
    const format = promised ? nameFormat : dialect.delimiter === "\t" ? "tsv" : "csv";
    const mime = format === "tsv" ? "text/tab-separated-values" : "text/csv";
    return { mime, format, dialect, detectedBy: dialect.certain ? "content" : "name" };
  }
  return { mime: "text/plain", format: "text" };
}

/** The first element of markup, or what its document type promises, behind declarations and comments. */
function rootOf(start: string): string | undefined {
  let rest = start;
  for (;;) {
    const [prologue] = PROLOGUE.exec(rest) ?? [];
    if (prologue === undefined) break;
    rest = rest.slice(prologue.length);
  }
  const [, name] = /^\s*<(!doctype html|[a-z][\w:.-]*)/i.exec(rest) ?? [];
  return rest.includes(">") ? name?.toLowerCase() : undefined;
}

/** A declaration, a comment, or a document type other than HTML's. */
const PROLOGUE = /^\s*(?:<\?[^>]*>|<!--[\s\S]*?-->|<!doctype\s(?!html)[^[>]*(?:\[[^\]]*\]\s*)?>)/i;

const JSON_DOCUMENT: Kind = { mime: "application/json", format: "json" };
const JSON_OBJECT: Kind = { mime: "application/json", format: "json-object" };
const JSON_LINES: Kind = { mime: "application/x-ndjson", format: "ndjson" };

function jsonKind(start: string, whole: boolean, nameFormat: string | undefined): Kind | undefined {
  if (start.startsWith("[")) {
    if (/^\[\s*\{/.test(start)) return JSON_DOCUMENT;
    return isJson(start) ? JSON_OBJECT : undefined;
  }
  if (!start.startsWith("{")) return undefined;
  const [first = "", second = ""] = start.split("\n", 2);
  if (isJson(first)) {
    if (second.trimStart().startsWith("{") || nameFormat === "ndjson") return JSON_LINES;
    if (second.trim() === "") return whole ? JSON_OBJECT : JSON_LINES;
    return nameFormat === "json" ? JSON_OBJECT : JSON_LINES;
  }
  if (nameFormat === "ndjson") return JSON_LINES;
  return /^\{\s*("|\})/.test(start) ? JSON_OBJECT : undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function decode(
  bytes: Uint8Array,
  whole: boolean,
  promised: boolean,
): { text: string; encoding: TextEncoding; warnings: string[] } | undefined {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    const text = new TextDecoder(first === 0xff ? "utf-16le" : "utf-16be").decode(bytes);
    const wrong = text.match(/[\ufffd\p{Co}\p{Cn}]/gu)?.length ?? 0;
    return wrong > text.length * MOST_CONTROLS ? undefined : { text, encoding: "utf-16", warnings: [] };
  }
  let controls = 0;
  let nuls = 0;
  for (const byte of bytes) {
    if (byte === 0) nuls++;
    if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) controls++;
  }
  if (controls > Math.max(promised ? 5 : 0, bytes.length * MOST_CONTROLS)) return undefined;
  const warnings = nuls > 0 ? ["The text contains NUL bytes"] : [];
  if (isUtf8(whole ? bytes : withoutCutCharacter(bytes))) {
    return { text: new TextDecoder("utf-8").decode(bytes), encoding: "utf-8", warnings };
  }
  // Neither one thing nor the other: bytes of which many happen to be letters, as in sound without compression.
  if (nuls > 0 && !promised) return undefined;
  warnings.push(NOT_UTF8);
  return { text: Buffer.from(bytes).toString("latin1"), encoding: "latin-1", warnings };
}

/** A character of up to four bytes may be cut off at the end. */
function withoutCutCharacter(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte >= 0xc0) {
      end = bytes.length - back;
      break;
    }
  }
  return bytes.subarray(0, end);
}
