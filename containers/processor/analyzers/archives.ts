import type { ArchiveContent } from "../../../events/results/archives.ts";
import type { Analyzer } from "./analyzer.ts";

/** Those that are ZIP files with a name of their own are opened too. */
const ZIPS = `zip jar apk xpi epub vsdx 3mf key numbers pages
   docx docm dotx dotm pptx pptm potx potm ppsx ppsm xltx xltm odt ods odp odg ott ots otp otg`;
const FORMATS = new Set(["tar", "gzip", "zstd", ...ZIPS.split(/\s+/)]);

/** ZIP and tar archives, and what lies in gzip or Zstandard alone: the entries, and what the same analyzers say of them. */
export const archives: Analyzer<ArchiveContent> = {
  name: "archives",
  version: "2",
  accepts: ({ format, compression }) => FORMATS.has(format) || compression !== undefined,
  async analyze(file, limits, checkpoint) {
    const { describeArchive } = await import("./archives/describe-archive.ts");
    return describeArchive(file, limits, checkpoint);
  },
};
