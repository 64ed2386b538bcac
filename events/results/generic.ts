import * as z from "zod";

/** What the document says of bytes of no known kind. */
export const genericContent = z.strictObject({
  /** Shannon's, from 0 for one byte repeated to 8 for noise: compressed or encrypted data is near 8. */
  entropyBitsPerByte: z.number().min(0).max(8),
  /** Runs of at least six printable ASCII characters. */
  printableStrings: z.strictObject({ count: z.int().nonnegative(), first: z.array(z.string()) }),
});
export type GenericContent = z.infer<typeof genericContent>;
