import type { DetectedType } from "../detect.ts";
import type { Analyzer } from "./analyzer.ts";
import { archives } from "./archives.ts";
import { generic } from "./generic.ts";
import { html } from "./html.ts";
import { images } from "./images.ts";
import { media } from "./media.ts";
import { pdf } from "./pdf.ts";
import { tables } from "./tables/tables.ts";
import { text } from "./text.ts";

/** In the order in which they are asked; the last takes everything. */
const ANALYZERS: readonly Analyzer[] = [tables, images, pdf, html, text, media, archives, generic];

export function analyzerFor(type: DetectedType): Analyzer {
  return ANALYZERS.find((analyzer) => analyzer.accepts(type)) ?? generic;
}
