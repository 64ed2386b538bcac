import type { GenericContent } from "../../../events/results/generic.ts";
import type { DetectedType } from "../detect.ts";
import { readContent } from "../read-content.ts";
import type { Analyzer } from "./analyzer.ts";
import { ByteStatistics } from "./generic/byte-statistics.ts";

/** Any file: how its bytes are distributed, and what can be read in them. */
export const generic: Analyzer<GenericContent> = {
  name: "generic",
  version: "3",
  accepts: () => true,
  async analyze(file, _limits, { progress }) {
    const { compression: _, ...type } = file.type;
    const bytes = new ByteStatistics();
    for await (const chunk of readContent({ ...file, type }, progress).chunks()) bytes.add(chunk);
    return { facts: { type: type.label }, warnings: notOpened(type), content: bytes.finish() };
  },
};

/** Of a kind that is known, such as 7z, RAR or an older Office document, people may expect more. */
function notOpened({ format, label }: DetectedType): string[] {
  if (format === "binary" || format === "empty") return [];
  if (format === "encrypted-office") {
    return ["The document is encrypted with a password: its content is not known"];
  }
  return [`Its kind, ${label}, is known but not opened: only its bytes are described`];
}
