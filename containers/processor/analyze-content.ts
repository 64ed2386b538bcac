import type { AnalysisTask, CheckpointStore, OnProgress } from "../kit/analyze.ts";
import type { Analyzer, Checkpoint, FileToAnalyze, Findings } from "./analyzers/analyzer.ts";
import { analyzerFor } from "./analyzers/registry.ts";
import { type DetectedType, detect } from "./detect.ts";

/** What was found in a file, and by whom. */
export interface AnalyzedContent {
  readonly type: DetectedType;
  readonly analyzer: Pick<Analyzer, "name" | "version">;
  readonly findings: Findings;
  /** Milliseconds. */
  readonly timings: { readonly detect: number; readonly analyze: number };
}

/** Finds out what a file is and has the analyzer of its kind look at it: an object, or an entry of an archive. */
export async function analyzeContent(
  file: Omit<FileToAnalyze, "type">,
  limits: AnalysisTask["limits"],
  progress: OnProgress,
  store: CheckpointStore,
): Promise<AnalyzedContent> {
  const startedAt = performance.now();
  const type = await detect(file.path, file.key);
  const detectedAt = performance.now();
  const analyzer = analyzerFor(type);
  const findings = await analyzer.analyze({ ...file, type }, limits, {
    progress,
    ...checkpointOf(analyzer, store),
  });
  return {
    type,
    analyzer,
    findings,
    timings: {
      detect: Math.round(detectedAt - startedAt),
      analyze: Math.round(performance.now() - detectedAt),
    },
  };
}

/** What another analyzer or another version of this one saved would not be understood. */
function checkpointOf(
  { name, version }: Analyzer,
  store: CheckpointStore,
): Pick<Checkpoint, "load" | "save"> {
  return {
    async load() {
      const saved = await store.load();
      const fits =
        typeof saved === "object" &&
        saved !== null &&
        "analyzer" in saved &&
        "version" in saved &&
        "state" in saved &&
        saved.analyzer === name &&
        saved.version === version;
      return fits ? saved.state : undefined;
    },
    save: (state) => store.save({ analyzer: name, version, state }),
  };
}
