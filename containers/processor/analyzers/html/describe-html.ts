import { Parser } from "htmlparser2";
import type { HtmlContent } from "../../../../events/results/html.ts";
import type { OnProgress } from "../../../kit/analyze.ts";
import { readContent } from "../../read-content.ts";
import type { FileToAnalyze, Findings } from "../analyzer.ts";
import { Terms } from "../text/terms.ts";
import { textDecoderFor } from "../text/text-decoder.ts";
import { PageReader, TooDeepError } from "./page-reader.ts";

/** Pages are smaller: of a larger one, the beginning. */
const MOST_BYTES = 64 * 2 ** 20;

export async function describeHtml(
  file: FileToAnalyze,
  progress: OnProgress,
): Promise<Findings<HtmlContent>> {
  const { label, encoding = "utf-8" } = file.type;
  const terms = new Terms();
  const page = new PageReader((text) => terms.add(text));
  const parser = new Parser(page.handler);
  const decoder = textDecoderFor(encoding);
  const content = readContent(file, progress);
  const warnings: string[] = [];
  try {
    for await (const chunk of content.chunks()) {
      parser.write(decoder.decode(chunk));
      if (content.bytes >= MOST_BYTES && file.sizeBytes > content.bytes) {
        warnings.push(`Of the page the first ${content.bytes} bytes are described`);
        break;
      }
    }
    parser.end(decoder.finish());
  } catch (error) {
    if (!(error instanceof TooDeepError)) throw error;
    warnings.push(`${error.message}; what came before is described`);
  }
  const found = page.finish();
  return {
    facts: {
      type: label,
      ...(found.title !== undefined && { title: found.title }),
      words: found.words,
      links: found.links.count,
    },
    warnings: [...content.warnings, ...warnings],
    content: { ...found, encoding, ...(await terms.finish()) },
  };
}
