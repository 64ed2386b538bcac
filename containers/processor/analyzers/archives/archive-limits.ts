import type { AnalysisLimits } from "../../../kit/analyze.ts";
import { mostUncompressedBytes } from "../../compression.ts";
import type { Budget, FileToAnalyze } from "../analyzer.ts";

/** Archives within archives within archives. */
export const DEEPEST = 3;
/** Of one archive; what an archive has beyond it is not even counted. */
export const MOST_ENTRIES = 100_000;
export const MOST_LISTED = 1_000;
/** Of all archives within one. */
const MOST_ANALYZED = 2_000;
/** Bytes of one entry that is looked into. */
export const LARGEST_ENTRY = 2 * 2 ** 30;
const MOST_BYTES = 16 * 2 ** 30;
/** Characters of JSON that the contents of all entries of a document take, and of one. */
export const MOST_CONTENT = 2_000_000;
export const MOST_CONTENT_OF_ENTRY = 200_000;
/** Of the time for the whole job; the rest is for what is under way then, and for the result. */
const SHARE_OF_TIME = 0.6;

/** What an archive may cost: its own budget, or what is left of the one that it lies in. */
export function budgetFor({ sizeBytes, nesting }: FileToAnalyze, { timeoutMs }: AnalysisLimits): Budget {
  return (
    nesting?.budget ?? {
      bytes: Math.min(MOST_BYTES, mostUncompressedBytes(sizeBytes)),
      entries: MOST_ANALYZED,
      deadline: performance.now() + timeoutMs * SHARE_OF_TIME,
    }
  );
}
