import * as z from "zod";

/** What the words of a text say of it. */
export const textTerms = z.strictObject({
  /** ISO 639-3; absent when the text is too short to tell. */
  language: z.string().optional(),
  /** The most frequent words but for the language's commonest, from the text's first four million characters. */
  topTerms: z.array(z.strictObject({ term: z.string(), count: z.int().positive() })),
});
export type TextTerms = z.infer<typeof textTerms>;
