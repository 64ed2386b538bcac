export interface NamedType {
  readonly mime: string;
  readonly format: string;
  /** For people; by default made from the format and the kind. */
  readonly label?: string;
  /** Of a compressed file, whose other members are about what is inside: the format of the compression. */
  readonly outer?: string;
}

export const XLSX_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** What file name endings promise. */
const ENDINGS: Readonly<Record<string, NamedType>> = {
  csv: { mime: "text/csv", format: "csv", label: "CSV" },
  tsv: { mime: "text/tab-separated-values", format: "tsv", label: "TSV" },
  tab: { mime: "text/tab-separated-values", format: "tsv", label: "TSV" },
  json: { mime: "application/json", format: "json", label: "JSON" },
  ndjson: { mime: "application/x-ndjson", format: "ndjson", label: "NDJSON" },
  jsonl: { mime: "application/x-ndjson", format: "ndjson", label: "NDJSON" },
  parquet: { mime: "application/vnd.apache.parquet", format: "parquet", label: "Parquet" },
  xlsx: {
    mime: XLSX_MIME,
    format: "xlsx",
    label: "Excel workbook",
  },
  txt: { mime: "text/plain", format: "text", label: "plain text" },
  log: { mime: "text/plain", format: "text", label: "plain text" },
  md: { mime: "text/markdown", format: "text", label: "Markdown" },
  html: { mime: "text/html", format: "html", label: "HTML page" },
  htm: { mime: "text/html", format: "html", label: "HTML page" },
  xml: { mime: "application/xml", format: "xml", label: "XML document" },
  svg: { mime: "image/svg+xml", format: "svg" },
  png: { mime: "image/png", format: "png" },
  jpg: { mime: "image/jpeg", format: "jpg", label: "JPEG image" },
  jpeg: { mime: "image/jpeg", format: "jpg", label: "JPEG image" },
  gif: { mime: "image/gif", format: "gif" },
  webp: { mime: "image/webp", format: "webp", label: "WebP image" },
  avif: { mime: "image/avif", format: "avif" },
  tif: { mime: "image/tiff", format: "tif", label: "TIFF image" },
  tiff: { mime: "image/tiff", format: "tif", label: "TIFF image" },
  pdf: { mime: "application/pdf", format: "pdf", label: "PDF document" },
  zip: { mime: "application/zip", format: "zip", label: "ZIP archive" },
  tar: { mime: "application/x-tar", format: "tar", label: "tar archive" },
  gz: { mime: "application/gzip", format: "gzip", label: "gzip data" },
  zst: { mime: "application/zstd", format: "zstd", label: "Zstandard data" },
  tgz: { mime: "application/x-tar", format: "tar", label: "tar archive" },
  mp3: { mime: "audio/mpeg", format: "mp3" },
  wav: { mime: "audio/wav", format: "wav" },
  flac: { mime: "audio/flac", format: "flac" },
  ogg: { mime: "audio/ogg", format: "ogg" },
  mp4: { mime: "video/mp4", format: "mp4" },
  mov: { mime: "video/quicktime", format: "mov" },
  webm: { mime: "video/webm", format: "webm", label: "WebM video" },
  mkv: { mime: "video/matroska", format: "mkv", label: "Matroska video" },
};

const OTHER_LABELS: Readonly<Record<string, string>> = {
  text: "plain text",
  empty: "empty file",
  binary: "unknown binary data",
};

/** What a key's ending promises; of `table.csv.gz` it is what is inside. */
export function typeOfName(key: string): NamedType | undefined {
  const name = key.slice(key.lastIndexOf("/") + 1).toLowerCase();
  const endings = name.split(".").slice(1);
  const outer = ENDINGS[endings.at(-1) ?? ""];
  if (!outer) return undefined;
  const compressed = outer.format === "gzip" || outer.format === "zstd";
  const inner = compressed ? ENDINGS[endings.at(-2) ?? ""] : undefined;
  return inner ? { ...inner, outer: outer.format } : outer;
}

/** What to call a type when speaking to people. */
export function labelOf({ mime, format }: { mime: string; format: string }): string {
  if (mime === "text/markdown") return "Markdown";
  const known = OTHER_LABELS[format] ?? Object.values(ENDINGS).find((type) => type.mime === mime)?.label;
  if (known !== undefined) return known;
  const [kind = ""] = mime.split("/");
  return `${format.toUpperCase()} ${["image", "audio", "video", "font"].includes(kind) ? kind : "file"}`;
}
