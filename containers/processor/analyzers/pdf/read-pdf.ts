import { closeSync, openSync, writeSync } from "node:fs";
import type { OnProgress } from "../../../kit/analyze.ts";
import { outlineOf } from "./outline.ts";
import { pictureOf, sizeOf, textOf, withPage } from "./pages.ts";
import type { PdfTask, ReadPdf } from "./pdf-messages.ts";
import type { OpenedPdf, Pdfium } from "./pdfium.ts";

const MOST_PAGES = 2_000;
/** Characters of text that are kept. */
const MOST_TEXT = 8_000_000;
/** And that are looked at for language and terms. */
const LOOKED_AT = 1_000_000;
const METADATA = ["Title", "Author", "Subject", "Keywords", "Creator", "Producer", "CreationDate", "ModDate"];

/** Reads an opened document as far as its limits go. */
export function readPdf(pdfium: Pdfium, opened: OpenedPdf, task: PdfTask, progress: OnProgress): ReadPdf {
  const { functions } = pdfium;
  const { document } = opened;
  const nothing = {
    metadata: {},
    outline: [],
    attachments: 0,
    scripts: 0,
    pagesRead: 0,
    characters: 0,
    words: 0,
  };
  if (opened.encrypted) {
    const warnings = ["The document is encrypted with a password: its content is not known"];
    return { ...nothing, encrypted: true, text: "", warnings };
  }
  const pages = Math.max(0, functions.FPDF_GetPageCount(document));
  const warnings: string[] = pages === 0 ? ["The document has no pages"] : [];
  progress(10, "reading the outline");
  const first = withPage(pdfium, document, 0, (page) => ({
    size: sizeOf(pdfium, page),
    picture: task.picture ? pictureOf(pdfium, page) : undefined,
  }));
  const text = readPages(pdfium, document, pages, task, progress, warnings);
  const version = pdfium.with(4, (at) => {
    return functions.FPDF_GetFileVersion(document, at) ? pdfium.memory.HEAPU32[at / 4] : undefined;
  });
  return {
    ...text,
    encrypted: functions.FPDF_GetSecurityHandlerRevision(document) >= 0,
    ...(version !== undefined && { version: `${Math.floor(version / 10)}.${version % 10}` }),
    pages,
    ...(first && Number.isFinite(first.size.width + first.size.height) && { pageSize: first.size }),
    metadata: metadataOf(pdfium, document),
    outline: outlineOf(pdfium, document),
    attachments: Math.max(0, functions.FPDFDoc_GetAttachmentCount(document)),
    scripts: Math.max(0, functions.FPDFDoc_GetJavaScriptActionCount(document)),
    ...(first?.picture && { picture: first.picture }),
    warnings,
  };
}

function metadataOf(pdfium: Pdfium, document: number): Record<string, string> {
  return Object.fromEntries(
    METADATA.flatMap((tag) => {
      const value = pdfium.utf16((buffer, bytes) =>
        pdfium.functions.FPDF_GetMetaText(document, tag, buffer, bytes),
      );
      return value === "" ? [] : [[tag, tag.endsWith("Date") ? pdfDate(value) : value]];
    }),
  );
}

/** `D:20260701120000+02'00'` in the form of ISO 8601, as far as it goes; as it is when it has another form. */
export function pdfDate(text: string): string {
  const found = /^D:(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(?:(Z)|([+-]\d\d)'?(\d\d)?)?/.exec(text);
  if (!found) return text;
  const [, year, month, day, hour, minute, second = "00", utc = "", offset = "", minutes = "00"] = found;
  const time = hour === undefined ? "" : `T${hour}:${minute}:${second}`;
  return `${year}-${month}-${day}${time}${utc}${offset && `${offset}:${minutes}`}`;
}

function readPages(
  pdfium: Pdfium,
  document: number,
  pages: number,
  { textPath, pagesMs }: PdfTask,
  progress: OnProgress,
  warnings: string[],
) {
  const deadline = performance.now() + pagesMs;
  const file = textPath === undefined ? undefined : openSync(textPath, "wx");
  const most = Math.min(pages, MOST_PAGES);
  let text = "";
  let characters = 0;
  let words = 0;
  let damaged = 0;
  let index = 0;
  for (; index < most && characters < MOST_TEXT && performance.now() < deadline; index++) {
    const pageText = withPage(pdfium, document, index, (page) => textOf(pdfium, page));
    if (pageText === undefined) damaged++;
    else {
      characters += pageText.length;
      words += pageText.match(/\S+/g)?.length ?? 0;
      if (text.length < LOOKED_AT) text += `${pageText}\n`;
      if (file !== undefined) writeSync(file, `${pageText}\n\f`);
    }
    if (index % 20 === 0) progress(10 + (index / most) * 80, `reading page ${index + 1} of ${pages}`);
  }
  if (file !== undefined) closeSync(file);
  if (damaged > 0) warnings.push(`${damaged} of the ${index} pages that were read are missing or damaged`);
  if (index < pages) warnings.push(`Of ${pages} pages the first ${index} were read`);
  return { pagesRead: index - damaged, characters, words, text };
}
