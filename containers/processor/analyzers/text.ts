import type { TextContent } from "../../../events/results/text.ts";
import { readContent } from "../read-content.ts";
import type { Analyzer } from "./analyzer.ts";
import { MarkdownHeadings } from "./text/markdown-headings.ts";
import { Terms } from "./text/terms.ts";
import { textDecoderFor } from "./text/text-decoder.ts";
import { TextStatistics } from "./text/text-statistics.ts";

/** Formats that are text and no table; those with an analyzer of their own have been asked before. */
const FORMATS = new Set(["text", "xml", "json-object"]);

/** Plain text and Markdown, gzip and Zstandard included: size, language and the words that matter. */
export const text: Analyzer<TextContent> = {
  name: "text",
  version: "2",
  accepts: ({ format, encoding }) => FORMATS.has(format) && encoding !== undefined,
  async analyze(file, _limits, { progress }) {
    const { label, encoding = "utf-8", compression, mime } = file.type;
    const content = readContent(file, progress);
    const decoder = textDecoderFor(encoding);
    const statistics = new TextStatistics();
    const terms = new Terms();
    const headings = mime === "text/markdown" ? new MarkdownHeadings() : undefined;
    const add = (piece: string) => {
      statistics.add(piece);
      terms.add(piece);
      headings?.add(piece);
    };
    for await (const chunk of content.chunks()) add(decoder.decode(chunk));
    add(decoder.finish());
    const counted = statistics.finish();
    return {
      facts: { type: label, lines: counted.lines, words: counted.words },
      warnings: content.warnings,
      content: {
        encoding,
        ...counted,
        ...(await terms.finish()),
        ...(headings && { headings: headings.finish() }),
        ...(compression && { compression, uncompressedBytes: content.bytes }),
      },
    };
  },
};
