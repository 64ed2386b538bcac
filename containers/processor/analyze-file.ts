import { dirname } from "node:path";
import type { Analyze } from "../kit/analyze.ts";
import { PeakMemory } from "../kit/peak-memory.ts";
import { analyzeContent } from "./analyze-content.ts";

/** Analyzes a staged object: what its result document says of its content. */
export const analyzeFile: Analyze = async ({ limits, ...task }, onProgress, checkpoint) => {
  using memory = new PeakMemory();
  const file = { ...task, folder: dirname(task.path) };
  const { type, analyzer, findings, timings } = await analyzeContent(file, limits, onProgress, checkpoint);
  const { mime, detectedBy, nameSuggests } = type;
  return {
    type: { mime, detectedBy, ...(nameSuggests !== undefined && { nameSuggests }) },
    analyzer: { name: analyzer.name, version: analyzer.version },
    timings,
    peakMemoryBytes: memory.bytes,
    warnings: [...type.warnings, ...findings.warnings],
    facts: findings.facts,
    content: findings.content,
    artifacts: findings.artifacts ?? [],
    ...(findings.work && { work: findings.work }),
  };
};
