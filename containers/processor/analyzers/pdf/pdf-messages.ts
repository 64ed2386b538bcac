import type { PdfContent } from "../../../../events/results/pdf.ts";
import type { PagePicture } from "./pages.ts";

/** What the thread is to do. */
export interface PdfTask {
  readonly path: string;
  readonly code: WebAssembly.Module;
  /** Where the text goes; without it, none is written. */
  readonly textPath?: string;
  readonly picture: boolean;
  /** After which no further page is read. */
  readonly pagesMs: number;
}

/** What PDFium says of a document, without what follows from its text. */
export interface ReadPdf extends Omit<PdfContent, "text"> {
  readonly pagesRead: number;
  readonly characters: number;
  readonly words: number;
  /** Of the text, as much as is looked at for its language and terms. */
  readonly text: string;
  readonly picture?: PagePicture;
  readonly warnings: readonly string[];
}

/** From the thread. The last two end it. */
export type PdfReport =
  | { readonly kind: "progress"; readonly percent: number; readonly step: string }
  | { readonly kind: "read"; readonly pdf: ReadPdf }
  | { readonly kind: "unreadable"; readonly reason: string };
