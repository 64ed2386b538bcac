import { fileTypeFromBuffer } from "file-type";
import { readHead } from "./detect/head.ts";
import { labelOf, typeOfName } from "./detect/names.ts";
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
  const found = await typeOfContent(bytes, whole, byName?.format, compression);
  const suggestion = byName && { nameSuggests: byName.mime };
  const mismatch =
    byName && !agree(byName, found)
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
  if (magic)
    return {
      mime: plain(magic.mime),
      format: magic.ext,
      detectedBy: "content",
      warnings: text?.warnings ?? [],
    };
  return text ?? { mime: "application/octet-stream", format: "binary", detectedBy: "none", warnings: [] };
}

/** Without parameters. */
function plain(mime: string): string {
  return mime.split(";")[0] ?? mime;
}

/** Whether the name is right, or right enough: plain text can be anything that is made of text. */
function agree(byName: { mime: string; format: string }, found: Found): boolean {
  if (byName.mime === found.mime || byName.format === found.format || found.format === "empty") return true;
  if (byName.format === found.compression) return true;
  return found.encoding !== undefined && (byName.format === "text" || found.format === "text");
}

function inside({ format }: Found, compression: Compression | undefined): string {
  return compression && format !== compression ? ` inside ${compression}` : "";
}
