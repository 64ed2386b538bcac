import type { ResultHead } from "../../events/result.ts";

/** What an analysis may use. */
export interface AnalysisLimits {
  /** Bytes of resident memory for the whole process that analyzes. */
  readonly memoryBytes: number;
  /** Threads that it may keep busy. */
  readonly threads: number;
  readonly timeoutMs: number;
}

/** An object on disk, and what was asked to be found out about it. */
export interface AnalysisTask {
  /** The staged object; its folder belongs to this job alone and may take temporary files. */
  readonly path: string;
  /** What an analysis reads and writes lies below it. */
  readonly workFolder: string;
  /** The key that it was uploaded under: a hint at its type, and never part of a path or a query. */
  readonly key: string;
  readonly sizeBytes: number;
  readonly limits: AnalysisLimits;
}

/** What an analysis found: the parts of the result document that do not come from the job. */
export interface Analysis
  extends Pick<ResultHead, "type" | "analyzer" | "timings" | "peakMemoryBytes" | "warnings" | "facts"> {
  readonly content: Record<string, unknown>;
}

/** Told how far an analysis has come: percent from 0 to 100, and what it is at, in words. */
export type OnProgress = (percent: number, step: string) => void;

/**
 * Analyzes one staged object, in this process or another.
 * @throws JobError when the object cannot be analyzed
 */
export type Analyze = (task: AnalysisTask, onProgress: OnProgress) => Promise<Analysis>;
