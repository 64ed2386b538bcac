import type { KeyFacts } from "../../../events/jobs/job.ts";
import type { AnalyzerName } from "../../../events/results/kinds.ts";
import type { AnalysisTask, Artifact, OnProgress } from "../../kit/analyze.ts";
import type { DetectedType } from "../detect.ts";

/** A file whose type is known: an object, or an entry of an archive. */
export interface FileToAnalyze
  extends Pick<AnalysisTask, "path" | "workFolder" | "key" | "sizeBytes" | "options"> {
  readonly type: DetectedType;
  /** For temporary files and artifacts. */
  readonly folder: string;
  /** Of an entry of an archive: how deep it lies, and what is left to spend on it. Entries have no artifacts. */
  readonly nesting?: Nesting;
}

/** What all entries of an uploaded archive share, those of archives within it included. */
export interface Nesting {
  /** 1 in the uploaded archive, 2 in an archive within it. */
  readonly depth: number;
  readonly budget: Budget;
}

/** Goes down as an archive is unpacked. */
export interface Budget {
  bytes: number;
  entries: number;
  /** By `performance.now()`. */
  readonly deadline: number;
}

/** Through which an analyzer says how far it has come, and finds what an earlier attempt has done. */
export interface Checkpoint {
  readonly progress: OnProgress;
  /** What the same version of the same analyzer saved last for this object, if anything. */
  load(): Promise<unknown>;
  save(state: unknown): void;
}

/** What an analyzer found. */
export interface Findings<Content = Record<string, unknown>> {
  /** For people, in a list of jobs. */
  readonly facts: KeyFacts;
  readonly content: Content;
  /** What was odd but did not stop the analysis. */
  readonly warnings: readonly string[];
  readonly artifacts?: readonly Artifact[];
  /** As in `Analysis`. */
  readonly work?: Readonly<Record<string, number>>;
}

/** Knows one kind of file. Its heavy libraries are loaded by the first file that needs them. */
export interface Analyzer<Content = Record<string, unknown>> {
  readonly name: AnalyzerName;
  /** Rises whenever the same file would give another document. */
  readonly version: string;
  accepts(type: DetectedType): boolean;
  /** @throws JobError with cause `unreadable` when the file is not what it seems to be */
  analyze(
    file: FileToAnalyze,
    limits: AnalysisTask["limits"],
    checkpoint: Checkpoint,
  ): Promise<Findings<Content>>;
}
