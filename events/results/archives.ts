import * as z from "zod";
import { keyFacts } from "../jobs/job.ts";

/** One entry of an archive. Those beyond the limits are listed with their sizes alone. */
export const archiveEntry = z.strictObject({
  /** As the archive has it; nothing is written there. */
  path: z.string(),
  kind: z.enum(["file", "directory", "symlink", "other"]),
  /** Bytes, unpacked. */
  size: z.number().nonnegative(),
  compressedSize: z.number().nonnegative().optional(),
  mime: z.string().optional(),
  /** The name of the analyzer that looked at it. */
  analyzer: z.string().optional(),
  facts: keyFacts.optional(),
  warnings: z.array(z.string()).optional(),
  /** Why it could not be analyzed. */
  failure: z.string().optional(),
  /** As in a document of its own; left out where it would make this document too large. */
  content: z.record(z.string(), z.json()).optional(),
});
export type ArchiveEntry = z.infer<typeof archiveEntry>;

/** What the document says of an archive, or of a file within gzip or Zstandard alone. */
export const archiveContent = z.strictObject({
  /** Of all kinds; where the archive has more than were read, `complete` is false. */
  entryCount: z.int().nonnegative(),
  files: z.int().nonnegative(),
  directories: z.int().nonnegative(),
  symlinks: z.int().nonnegative(),
  encrypted: z.int().nonnegative(),
  /** Bytes of all files, unpacked: as read where they were, else as the archive says. */
  unpackedBytes: z.number().nonnegative(),
  /** Unpacked to packed. */
  ratio: z.number().nonnegative(),
  complete: z.boolean(),
  /** Files by type, of those that were looked at. */
  types: z.record(z.string(), z.int().positive()),
  compression: z.string().optional(),
  /** The first thousand. */
  entries: z.array(archiveEntry),
});
export type ArchiveContent = z.infer<typeof archiveContent>;
