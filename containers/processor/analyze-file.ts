import type { Analyze } from "../kit/analyze.ts";
import { PeakMemory } from "../kit/peak-memory.ts";
import { analyzerFor } from "./analyzers/registry.ts";
import { detect } from "./detect.ts";

/** Finds out what a staged object is and has the analyzer of its kind look at it. */
export const analyzeFile: Analyze = async ({ path, workFolder, key, sizeBytes, limits }, onProgress) => {
  using memory = new PeakMemory();
  const startedAt = performance.now();
  const type = await detect(path, key);
  const detectedAt = performance.now();
  const analyzer = analyzerFor(type);
  const findings = await analyzer.analyze({ path, workFolder, key, sizeBytes, type }, limits, {
    progress: onProgress,
  });
  const { mime, detectedBy, nameSuggests } = type;
  return {
    type: { mime, detectedBy, ...(nameSuggests !== undefined && { nameSuggests }) },
    analyzer: { name: analyzer.name, version: analyzer.version },
    timings: {
      detect: Math.round(detectedAt - startedAt),
      analyze: Math.round(performance.now() - detectedAt),
    },
    peakMemoryBytes: memory.bytes,
    warnings: [...type.warnings, ...findings.warnings],
    facts: findings.facts,
    content: findings.content,
  };
};
