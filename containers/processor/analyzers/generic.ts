import type { GenericContent } from "../../../events/results/generic.ts";
import { readContent } from "../read-content.ts";
import type { Analyzer } from "./analyzer.ts";
import { ByteStatistics } from "./generic/byte-statistics.ts";

/** Any file: how its bytes are distributed, and what can be read in them. */
export const generic: Analyzer<GenericContent> = {
  name: "generic",
  version: "1",
  accepts: () => true,
  async analyze(file, _limits, { progress }) {
    const { compression: _, ...type } = file.type;
    const bytes = new ByteStatistics();
    for await (const chunk of readContent({ ...file, type }, progress).chunks()) bytes.add(chunk);
    return { facts: { type: type.label }, warnings: [], content: bytes.finish() };
  },
};
