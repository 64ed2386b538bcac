import type { ResultHead } from "../../events/result.ts";

/** What an analysis may use. */
export interface AnalysisLimits {
  /** Bytes of resident memory for the whole process that analyzes. */
  readonly memoryBytes: number;
  /** Threads that it may keep busy. */
  readonly threads: number;
  readonly timeoutMs: number;
}

/** What a deployment may ask for beyond the rule. */
export interface AnalysisOptions {
  /** Whether results name the place where a picture was taken. */
  readonly imageLocation: boolean;
}

export const DEFAULT_OPTIONS: AnalysisOptions = { imageLocation: false };

/** An object on disk, and what was asked to be found out about it. */
export interface AnalysisTask {
  /** The staged object; its folder belongs to this job alone, and takes temporary files and artifacts. */
  readonly path: string;
  /** What an analysis reads and writes lies below it. */
  readonly workFolder: string;
  /** The key that it was uploaded under: a hint at its type, and never part of a path or a query. */
  readonly key: string;
  readonly sizeBytes: number;
  readonly limits: AnalysisLimits;
  readonly options: AnalysisOptions;
}

/** A file that an analysis has made in the object's folder, to be kept beside the result document. */
export interface Artifact {
  /** Lower-case letters, digits, dots and hyphens. */
  readonly name: string;
  readonly contentType: string;
}

/** What an analysis found: the parts of the result document that do not come from the job. */
export interface Analysis
  extends Pick<ResultHead, "type" | "analyzer" | "timings" | "peakMemoryBytes" | "warnings" | "facts"> {
  readonly content: Record<string, unknown>;
  readonly artifacts: readonly Artifact[];
  /** Counts of what was done, and of what an earlier attempt had done before: for the log, not for the document. */
  readonly work?: Readonly<Record<string, number>>;
}

/** Told how far an analysis has come: percent from 0 to 100, and what it is at, in words. */
export type OnProgress = (percent: number, step: string) => void;

/** Where a long analysis keeps how far it has come: small JSON, for the next attempt at the same job. */
export interface CheckpointStore {
  /** What an earlier attempt saved last, if any. */
  load(): Promise<unknown>;
  /** Returns at once: the newest state is written when the one before it is. */
  save(state: unknown): void;
}

/**
 * Analyzes one staged object, in this process or another.
 * @throws JobError when the object cannot be analyzed
 */
export type Analyze = (
  task: AnalysisTask,
  onProgress: OnProgress,
  checkpoint: CheckpointStore,
) => Promise<Analysis>;
