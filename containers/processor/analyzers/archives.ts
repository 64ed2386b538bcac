import type { ArchiveContent } from "../../../events/results/archives.ts";
import type { Analyzer } from "./analyzer.ts";

/** Those that are ZIP files with a name of their own are opened too. */
const FORMATS = new Set(["zip", "tar", "gzip", "zstd", "jar", "docx", "pptx", "odt", "ods", "odp", "epub"]);

/** ZIP and tar archives, and what lies in gzip or Zstandard alone: the entries, and what the same analyzers say of them. */
export const archives: Analyzer<ArchiveContent> = {
  name: "archives",
  version: "1",
  accepts: ({ format, compression }) => FORMATS.has(format) || compression !== undefined,
  async analyze(file, limits, checkpoint) {
    const { describeArchive } = await import("./archives/describe-archive.ts");
    return describeArchive(file, limits, checkpoint);
  },
};
