import type { ImageContent } from "../../../events/results/images.ts";
import type { Analyzer } from "./analyzer.ts";

const FORMATS = new Set(["jpg", "png", "webp", "avif", "gif", "tif", "svg"]);

/** JPEG, PNG, WebP, AVIF, GIF, TIFF and SVG: what they show, and thumbnails of it. */
export const images: Analyzer<ImageContent> = {
  name: "images",
  version: "2",
  accepts: ({ format, compression }) => FORMATS.has(format) && compression === undefined,
  async analyze(file, limits, { progress }) {
    const { describeImage } = await import("./images/describe-image.ts");
    return describeImage(file, limits, progress);
  },
};
