export interface NamedType {
  readonly mime: string;
  readonly format: string;
  /** For people; by default made from the format and the kind. */
  readonly label?: string;
  /** Of a compressed file, whose other members are about what is inside: the format of the compression. */
  readonly outer?: string;
  /** Other formats that files of this name have by right. */
  readonly also?: readonly string[];
}

export const XLSX_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const OPENXML = "application/vnd.openxmlformats-officedocument";
const OPENDOCUMENT = "application/vnd.oasis.opendocument";
const TEXT: NamedType = { mime: "text/plain", format: "text", label: "plain text" };
/** Where the mark of its kind does not come first, all that can be seen is the ZIP. */
const ZIPPED = { also: ["zip"] };
/** With a password, it is another container. */
const ENCRYPTED = { also: ["encrypted-office"] };

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
    ...ENCRYPTED,
  },
  xlsm: { mime: "application/vnd.ms-excel.sheet.macroenabled.12", format: "xlsx", ...ENCRYPTED },
  txt: TEXT,
  log: TEXT,
  ...Object.fromEntries("js mjs css py sh sql yaml yml toml ini rst".split(" ").map((name) => [name, TEXT])),
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
  docx: {
    mime: `${OPENXML}.wordprocessingml.document`,
    format: "docx",
    label: "Word document",
    also: [...ZIPPED.also, ...ENCRYPTED.also],
  },
  pptx: {
    mime: `${OPENXML}.presentationml.presentation`,
    format: "pptx",
    label: "PowerPoint presentation",
    also: [...ZIPPED.also, ...ENCRYPTED.also],
  },
  odt: { mime: `${OPENDOCUMENT}.text`, format: "odt", label: "OpenDocument text", ...ZIPPED },
  ods: { mime: `${OPENDOCUMENT}.spreadsheet`, format: "ods", label: "OpenDocument spreadsheet", ...ZIPPED },
  odp: { mime: `${OPENDOCUMENT}.presentation`, format: "odp", label: "OpenDocument presentation", ...ZIPPED },
  epub: { mime: "application/epub+zip", format: "epub", label: "EPUB book", ...ZIPPED },
  jar: { mime: "application/java-archive", format: "jar", label: "Java archive", ...ZIPPED },
  doc: { mime: "application/msword", format: "doc", label: "Word 97 document" },
  xls: { mime: "application/vnd.ms-excel", format: "xls", label: "Excel 97 workbook" },
  ppt: { mime: "application/vnd.ms-powerpoint", format: "ppt", label: "PowerPoint 97 presentation" },
  msg: { mime: "application/vnd.ms-outlook", format: "msg", label: "Outlook message", also: ["text"] },
  rtf: { mime: "application/rtf", format: "text", label: "RTF document" },
  ps: { mime: "application/postscript", format: "text", label: "PostScript" },
  eps: { mime: "application/eps", format: "text", label: "Encapsulated PostScript", also: ["eps"] },
  ics: { mime: "text/calendar", format: "text", label: "calendar (iCalendar)" },
  vcf: { mime: "text/vcard", format: "text", label: "contacts (vCard)" },
  vtt: { mime: "text/vtt", format: "text", label: "subtitles (WebVTT)" },
  exe: { mime: "application/x-msdownload", format: "exe", label: "Windows program" },
  dll: { mime: "application/x-msdownload", format: "exe" },
  elf: { mime: "application/x-elf", format: "elf", label: "program (ELF)" },
  bmp: { mime: "image/bmp", format: "bmp" },
  ico: { mime: "image/x-icon", format: "ico", label: "Windows icon" },
  heic: { mime: "image/heic", format: "heic", also: ["avif"] },
  "7z": { mime: "application/x-7z-compressed", format: "7z", label: "7z archive" },
  rar: { mime: "application/x-rar-compressed", format: "rar", label: "RAR archive" },
  bz2: { mime: "application/x-bzip2", format: "bz2", label: "bzip2 data" },
  xz: { mime: "application/x-xz", format: "xz", label: "XZ data" },
  zip: { mime: "application/zip", format: "zip", label: "ZIP archive" },
  tar: { mime: "application/x-tar", format: "tar", label: "tar archive" },
  gz: { mime: "application/gzip", format: "gzip", label: "gzip data" },
  zst: { mime: "application/zstd", format: "zstd", label: "Zstandard data" },
  tgz: { mime: "application/x-tar", format: "tar", label: "tar archive" },
  mp3: { mime: "audio/mpeg", format: "mp3" },
  wav: { mime: "audio/wav", format: "wav" },
  flac: { mime: "audio/flac", format: "flac" },
  ogg: { mime: "audio/ogg", format: "ogg", also: ["oga", "ogv", "opus", "spx"] },
  opus: { mime: "audio/ogg; codecs=opus", format: "opus", label: "Opus audio", also: ["ogg"] },
  aif: { mime: "audio/aiff", format: "aif", label: "AIFF audio" },
  aiff: { mime: "audio/aiff", format: "aif", label: "AIFF audio" },
  aac: { mime: "audio/aac", format: "aac" },
  m4a: { mime: "audio/x-m4a", format: "m4a", label: "MP4 audio", also: ["mp4"] },
  mp4: { mime: "video/mp4", format: "mp4", also: ["m4v", "m4a", "mov"] },
  mov: { mime: "video/quicktime", format: "mov", also: ["mp4"] },
  avi: { mime: "video/vnd.avi", format: "avi" },
  webm: { mime: "video/webm", format: "webm", label: "WebM video" },
  mkv: { mime: "video/matroska", format: "mkv", label: "Matroska video" },
};

const OTHER_LABELS: Readonly<Record<string, string>> = {
  text: "plain text",
  empty: "empty file",
  binary: "unknown binary data",
  cfb: "compound file of an older program",
  "encrypted-office": "encrypted Office document",
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
  const known = Object.values(ENDINGS).find((type) => type.mime === mime)?.label ?? OTHER_LABELS[format];
  if (known !== undefined) return known;
  const [kind = ""] = mime.split("/");
  return `${format.toUpperCase()} ${["image", "audio", "video", "font"].includes(kind) ? kind : "file"}`;
}
