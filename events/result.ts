import * as z from "zod";
import { keyFacts } from "./jobs/job.ts";

/** A file that an analysis made, in the results bucket beside the document: a thumbnail, an extracted text. */
export const resultArtifact = z.object({
  /** File name, and the end of its key. */
  name: z.string(),
  key: z.string(),
  contentType: z.string(),
  /** Bytes. */
  size: z.int().nonnegative(),
});
export type ResultArtifact = z.infer<typeof resultArtifact>;

/** The head that every result document has, whatever the analyzer. */
export const resultHead = z.object({
  /** Version of this head. */
  schema: z.literal(1),
  jobId: z.string(),
  pipeline: z.string(),
  attempt: z.int().min(1),
  object: z.object({
    bucket: z.string(),
    key: z.string(),
    versionId: z.string().optional(),
    etag: z.string(),
    /** Bytes. */
    size: z.int().nonnegative(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  /** What the content is, and what the name says. */
  type: z.object({
    mime: z.string(),
    detectedBy: z.enum(["content", "name", "none"]),
    nameSuggests: z.string().optional(),
  }),
  analyzer: z.object({ name: z.string(), version: z.string() }),
  /** Milliseconds per step, in the order in which they ran. */
  timings: z.record(z.string(), z.number()),
  /** Bytes of resident memory at the worst moment. */
  peakMemoryBytes: z.int().positive(),
  /** What was odd but did not stop the analysis. */
  warnings: z.array(z.string()),
  facts: keyFacts,
  /** There when the analysis made any. */
  artifacts: z.array(resultArtifact).optional(),
});
export type ResultHead = z.infer<typeof resultHead>;

/** A result document: the head, and under `content` what the analyzer found. */
export const resultDocument = resultHead.extend({ content: z.record(z.string(), z.unknown()) });
export type ResultDocument = z.infer<typeof resultDocument>;
