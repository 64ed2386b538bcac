import type { Metadata } from "sharp";

/** Larger pictures come from no camera and no scanner: 16,383 pixels by as many. */
export const MOST_PIXELS = 16_383 ** 2;
/** What the process holds beside the picture. */
const REST_BYTES = 144 * 2 ** 20;
/** Of formats that are decoded as a whole: what one pixel takes on the way, coefficients or planes included. */
const BYTES_PER_PIXEL = 8;
/** What is left of a picture that is decoded line by line. */
const BYTES_PER_STREAMED_PIXEL = 0.1;

type Sizes = Pick<Metadata, "format" | "width" | "height" | "pageHeight" | "isProgressive">;

/** Why a picture is not decoded, or undefined when it is. */
export function tooManyPixels(metadata: Sizes, memoryBytes: number): string | undefined {
  const { width, height } = metadata;
  const pixels = width * (metadata.pageHeight ?? height);
  const size = `${width} × ${height} pixels`;
  if (pixels > MOST_PIXELS || width * height > MOST_PIXELS * 16) {
    return `It claims ${size}, more than the ${MOST_PIXELS} that are decoded: it has no thumbnails`;
  }
  const perPixel = isStreamed(metadata) ? BYTES_PER_STREAMED_PIXEL : BYTES_PER_PIXEL;
  const bytes = pixels * perPixel;
  if (bytes <= memoryBytes - REST_BYTES) return undefined;
  const mebibytes = Math.round(memoryBytes / 2 ** 20);
  return `Its ${size} do not fit into the ${mebibytes} MiB that it may use: it has no thumbnails`;
}

/** Progressive and interlaced pictures are complete only at their end. */
function isStreamed({ format, isProgressive }: Sizes): boolean {
  return (format === "jpeg" || format === "png") && isProgressive !== true;
}
