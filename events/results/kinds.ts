import * as z from "zod";
import { resultHead } from "../result.ts";
import { archiveContent } from "./archives.ts";
import { genericContent } from "./generic.ts";
import { htmlContent } from "./html.ts";
import { imageContent } from "./images.ts";
import { mediaContent } from "./media.ts";
import { pdfContent } from "./pdf.ts";
import { tableContent } from "./tables.ts";
import { textContent } from "./text.ts";

function resultOf<Name extends string, Content extends z.ZodType>(name: Name, content: Content) {
  return resultHead.extend({
    analyzer: z.object({ name: z.literal(name), version: z.string() }),
    content,
  });
}

/** The whole result document of each analyzer, by the analyzer's name. */
export const resultsByAnalyzer = {
  tables: resultOf("tables", tableContent),
  images: resultOf("images", imageContent),
  pdf: resultOf("pdf", pdfContent),
  html: resultOf("html", htmlContent),
  text: resultOf("text", textContent),
  media: resultOf("media", mediaContent),
  archives: resultOf("archives", archiveContent),
  generic: resultOf("generic", genericContent),
} as const;
export type AnalyzerName = keyof typeof resultsByAnalyzer;

/** A result document of any analyzer of ours. */
export const anyResult = z.union(Object.values(resultsByAnalyzer));
export type AnyResult = z.infer<typeof anyResult>;

/** The JSON Schemas that are published, by file name. */
export function jsonSchemas(): Record<string, object> {
  return Object.fromEntries(
    Object.entries(resultsByAnalyzer).map(([name, schema]) => [
      `${name}.schema.json`,
      {
        ...z.toJSONSchema(schema, { target: "draft-2020-12" }),
        title: `Result document of the analyzer "${name}"`,
      },
    ]),
  );
}
