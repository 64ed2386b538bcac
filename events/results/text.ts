import * as z from "zod";
import { textTerms } from "./language.ts";

/** What the document says of plain text and Markdown. */
export const textContent = z.strictObject({
  ...textTerms.shape,
  encoding: z.string(),
  lines: z.int().nonnegative(),
  words: z.int().nonnegative(),
  characters: z.int().nonnegative(),
  longestLineCharacters: z.int().nonnegative(),
  /** Characters that the encoding could not represent. */
  invalidCharacters: z.int().positive().optional(),
  compression: z.string().optional(),
  uncompressedBytes: z.int().optional(),
  /** Of Markdown, the first ones. */
  headings: z.array(z.string()).optional(),
});
export type TextContent = z.infer<typeof textContent>;
