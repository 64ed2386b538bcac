import * as z from "zod";
import { textTerms } from "./language.ts";

/** What the document says of a web page. */
export const htmlContent = z.strictObject({
  ...textTerms.shape,
  title: z.string().optional(),
  description: z.string().optional(),
  /** As the page itself says. */
  declaredLanguage: z.string().optional(),
  encoding: z.string(),
  words: z.int().nonnegative(),
  characters: z.int().nonnegative(),
  /** The beginning of what a reader would see. */
  text: z.string(),
  headings: z.array(z.strictObject({ level: z.int(), text: z.string() })),
  links: z.strictObject({
    count: z.int().nonnegative(),
    first: z.array(z.strictObject({ href: z.string(), text: z.string() })),
  }),
  images: z.int().nonnegative(),
  scripts: z.int().nonnegative(),
  forms: z.int().nonnegative(),
});
export type HtmlContent = z.infer<typeof htmlContent>;
