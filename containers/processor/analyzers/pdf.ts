import type { PdfContent } from "../../../events/results/pdf.ts";
import type { Analyzer } from "./analyzer.ts";

/** PDF: pages, text, outline and metadata, and the first page as a picture. */
export const pdf: Analyzer<PdfContent> = {
  name: "pdf",
  version: "2",
  accepts: ({ format, compression }) => format === "pdf" && compression === undefined,
  async analyze(file, limits, { progress }) {
    const { describePdf } = await import("./pdf/describe-pdf.ts");
    return describePdf(file, limits, progress);
  },
};
