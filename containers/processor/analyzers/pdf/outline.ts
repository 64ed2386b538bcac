import type { PdfContent } from "../../../../events/results/pdf.ts";
import type { Pdfium } from "./pdfium.ts";

type Outline = PdfContent["outline"];

const MOST = 500;
const DEEPEST = 8;
const LONGEST = 200;

/** The bookmarks, from top to bottom. Hostile ones lead in circles: none is followed twice. */
export function outlineOf(pdfium: Pdfium, document: number): Outline {
  const { functions } = pdfium;
  const outline: Outline = [];
  const seen = new Set<number>();
  const follow = (first: number, level: number) => {
    for (
      let bookmark = first;
      bookmark !== 0;
      bookmark = functions.FPDFBookmark_GetNextSibling(document, bookmark)
    ) {
      if (seen.has(bookmark) || outline.length >= MOST) return;
      seen.add(bookmark);
      const title = pdfium.utf16(
        (buffer, bytes) => functions.FPDFBookmark_GetTitle(bookmark, buffer, bytes),
        LONGEST,
      );
      const destination = functions.FPDFBookmark_GetDest(document, bookmark);
      const page = destination === 0 ? -1 : functions.FPDFDest_GetDestPageIndex(document, destination);
      outline.push({ level, title, ...(page >= 0 && { page: page + 1 }) });
      if (level < DEEPEST) follow(functions.FPDFBookmark_GetFirstChild(document, bookmark), level + 1);
    }
  };
  follow(functions.FPDFBookmark_GetFirstChild(document, 0), 1);
  return outline;
}
