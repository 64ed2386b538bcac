import * as z from "zod";
import { textTerms } from "./language.ts";

/** What the document says of a PDF. Without a password, an encrypted one says little. */
export const pdfContent = z.strictObject({
  encrypted: z.boolean(),
  /** `1.7`. */
  version: z.string().optional(),
  pages: z.int().nonnegative().optional(),
  /** Of the first page, in points: 1/72 inch. */
  pageSize: z.strictObject({ width: z.number(), height: z.number() }).optional(),
  /** Title, Author, CreationDate …, as the file has them. */
  metadata: z.record(z.string(), z.string()),
  outline: z.array(z.strictObject({ level: z.int(), title: z.string(), page: z.int().optional() })),
  attachments: z.int().nonnegative(),
  scripts: z.int().nonnegative(),
  /** Of the pages that were read. */
  text: z
    .strictObject({
      ...textTerms.shape,
      pagesRead: z.int().nonnegative(),
      words: z.int().nonnegative(),
      characters: z.int().nonnegative(),
      beginning: z.string(),
    })
    .optional(),
});
export type PdfContent = z.infer<typeof pdfContent>;
