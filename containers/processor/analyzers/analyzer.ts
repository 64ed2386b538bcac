import type { KeyFacts } from "../../../events/jobs/job.ts";
import type { AnalysisTask, OnProgress } from "../../kit/analyze.ts";
import type { DetectedType } from "../detect.ts";

/** An object on disk whose type is known. */
export interface FileToAnalyze extends Pick<AnalysisTask, "path" | "workFolder" | "key" | "sizeBytes"> {
  readonly type: DetectedType;
}

/** Through which an analyzer says how far it has come. */
export interface Checkpoint {
  readonly progress: OnProgress;
}

/** What an analyzer found. */
export interface Findings {
  /** For people, in a list of jobs. */
  readonly facts: KeyFacts;
  readonly content: Record<string, unknown>;
  /** What was odd but did not stop the analysis. */
  readonly warnings: readonly string[];
}

/** Knows one kind of file. */
export interface Analyzer {
  readonly name: string;
  /** Rises whenever the same file would give another document. */
  readonly version: string;
  accepts(type: DetectedType): boolean;
  /** @throws JobError with cause `unreadable` when the file is not what it seems to be */
  analyze(
    file: FileToAnalyze,
    limits: AnalysisTask["limits"],
    checkpoint: Checkpoint,
  ): Promise<Findings> | Findings;
}
