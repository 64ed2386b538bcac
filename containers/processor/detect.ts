import { fileTypeFromBuffer } from "file-type";
import { readHead } from "./detect/head.ts";
import { labelOf, type NamedType, typeOfName, XLSX_MIME } from "./detect/names.ts";
import { type CsvDialect, sniffText, type TextEncoding } from "./detect/text.ts";

export type Compression = "gzip" | "zstd";

/** What a file is, by its content first and its name second. */
export interface DetectedType {
  /** Of the content inside the compression, if it is compressed text or a table. */
  readonly mime: string;
  /** Short name that analyzers ask for: `csv`, `parquet`, `png`, `text`, `binary`. */
  readonly format: string;
  /** For people. */
  readonly label: string;
  readonly detectedBy: "content" | "name" | "none";
  readonly nameSuggests?: string;
  readonly compression?: Compression;
  /** Of text only. */
  readonly encoding?: TextEncoding;
  /** Of CSV and TSV only. */
  readonly dialect?: CsvDialect;
  readonly warnings: readonly string[];
}

/** @param key the object's key; only its ending counts */
export async function detect(path: string, key: string): Promise<DetectedType> {
  const byName = typeOfName(key);
  const { bytes, compression, whole, warnings } = await readHead(path);
  const seen = await typeOfContent(bytes, whole, byName?.format, compression);
  const found = compression ? named(seen, byName?.mime) : await closer(path, named(seen, byName?.mime));
  const suggestion = byName && { nameSuggests: byName.mime };
  const mismatch =
    byName && !agree(byName, found, compression)
      ? [`The name suggests ${byName.mime}, the content is ${found.mime}${inside(found, compression)}`]
      : [];
  return {
    ...found,
    label: `${labelOf(found)}${compression && found.format !== compression ? ` (${compression})` : ""}`,
    ...suggestion,
    ...(compression && { compression }),
    warnings: [...warnings, ...found.warnings, ...mismatch],
  };
}

type Found = Omit<DetectedType, "label">;

async function typeOfContent(
  bytes: Uint8Array,
  whole: boolean,
  nameFormat: string | undefined,
  compression: Compression | undefined,
): Promise<Found> {
  if (bytes.length === 0) {
    return {
      mime: "application/x-empty",
      format: "empty",
      detectedBy: "content",
      warnings: ["The file is empty"],
    };
  }
  // The beginning of a PDF may be text from end to end.
  if (startsLikePdf(bytes) && !compression) return { ...PDF, detectedBy: "content", warnings: [] };
  const text = sniffText(bytes, whole, nameFormat);
  if (text && text.format !== "text") return text;
  const magic = await fileTypeFromBuffer(bytes);
  // The compression itself, when what is inside is neither a table nor text.
  if (compression && !text && magic?.mime !== "application/x-tar") {
    return {
      mime: `application/${compression}`,
      format: compression,
      detectedBy: "content",
      warnings: [],
    };
  }
  if (magic && text && TEXTUAL_MAGIC.has(magic.ext)) return { ...text, mime: plain(magic.mime) };
  const alias = magic && ALIASES[magic.ext];
  const { mime, ext } = alias ?? magic ?? BINARY;
  // Two letters are a mark, and may as well begin a word: what is text from end to end is text, whatever it begins
  // with, unless its name says the same.
  if (magic && (!text || text.warnings.length > 0 || ext === nameFormat)) {
    return { mime: plain(mime), format: ext, detectedBy: "content", warnings: alias?.warnings ?? [] };
  }
  return text ?? { mime, format: ext, detectedBy: "none", warnings: [] };
}

const BINARY = { mime: "application/octet-stream", ext: "binary" } as const;
const PDF = { mime: "application/pdf", format: "pdf" } as const;

/** Kinds of text, whatever their own programs make of it. */
const TEXTUAL_MAGIC = new Set(["ps", "eps", "rtf", "ics", "vcf", "vtt", "pgp", "reg", "xml"]);

/** An animated PNG is a PNG. */
const ALIASES: Readonly<Record<string, { mime: string; ext: string; warnings?: readonly string[] }>> = {
  apng: { mime: "image/png", ext: "png" },
  xlsm: {
    mime: "application/vnd.ms-excel.sheet.macroenabled.12",
    ext: "xlsx",
    warnings: ["The workbook is of a kind that holds macros; they are not looked at"],
  },
};

/** Readers look for the mark in the first kilobyte, and find it behind what a mail program put before it. */
function startsLikePdf(bytes: Uint8Array): boolean {
  const beginning = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(1_024, bytes.length));
  const mark = beginning.indexOf("%PDF-");
  return mark === 0 || (mark > 0 && /^[\s\0\ufeff]*$/.test(beginning.toString("utf8", 0, mark)));
}

/** Containers say what they hold further inside. */
async function closer(path: string, seen: Found): Promise<Found> {
  if (seen.format === "cfb") {
    const { kindOfCompound } = await import("./detect/compound.ts");
    return { ...seen, ...(await kindOfCompound(path)) };
  }
  if (seen.format !== "zip") return seen;
  // A plain ZIP may be an office document whose mark lies beyond the beginning of the file.
  const { isWorkbook } = await import("./detect/workbook.ts");
  return (await isWorkbook(path)) ? { ...seen, mime: XLSX_MIME, format: "xlsx" } : seen;
}

/** Only the name tells Markdown from other text. */
function named(found: Found, mimeOfName: string | undefined): Found {
  if (found.format !== "text" || mimeOfName !== "text/markdown") return found;
  return { ...found, mime: mimeOfName, detectedBy: "name" };
}

/** Without parameters. */
function plain(mime: string): string {
  return mime.split(";")[0] ?? mime;
}

/** What is made of text may turn out to be no more than text. */
const TEXTUAL = new Set(["csv", "tsv", "json", "ndjson", "html", "xml", "svg"]);

/** Whether the name is right, or right enough: plain text can be anything that is made of text. */
function agree(byName: NamedType, found: Found, compression: Compression | undefined): boolean {
  if (byName.mime === found.mime || byName.format === found.format || found.format === "empty") return true;
  if (byName.format === compression || byName.also?.includes(found.format)) return true;
  // Of `picture.png.gz` the name promises what is inside, which its own analysis will see.
  if (byName.outer !== undefined && byName.outer === found.format) return true;
  return (
    found.encoding !== undefined &&
    (byName.format === "text" || (found.format === "text" && TEXTUAL.has(byName.format)))
  );
}

function inside({ format }: Found, compression: Compression | undefined): string {
  return compression && format !== compression ? ` inside ${compression}` : "";
}
