import type { HtmlContent } from "../../../events/results/html.ts";
import type { Analyzer } from "./analyzer.ts";

/** HTML: title, text and links. */
export const html: Analyzer<HtmlContent> = {
  name: "html",
  version: "2",
  accepts: ({ format, encoding }) => format === "html" && encoding !== undefined,
  async analyze(file, _limits, { progress }) {
    const { describeHtml } = await import("./html/describe-html.ts");
    return describeHtml(file, progress);
  },
};
