import type { DetectedType } from "../detect.ts";
import type { Analyzer } from "./analyzer.ts";
import { generic } from "./generic.ts";
import { tables } from "./tables/tables.ts";

/** In the order in which they are asked; the last takes everything. */
const ANALYZERS: readonly Analyzer[] = [tables, generic];

export function analyzerFor(type: DetectedType): Analyzer {
  return ANALYZERS.find((analyzer) => analyzer.accepts(type)) ?? generic;
}
