import { join } from "node:path";
import type { ImageContent } from "../../../../events/results/images.ts";
import type { Artifact } from "../../../kit/analyze.ts";
import { rawImage } from "./open-image.ts";
import { dominantColours, HASHED_PIXELS, perceptualHash } from "./pixels.ts";

/** Pixels of the longer side. */
export const THUMBNAIL_SIZES = { large: 512, small: 128 } as const;
/** Enough pixels to know the colours. */
const COLOUR_PIXELS = 64;

/** A picture that is no larger than the large thumbnail, decoded. */
export interface SmallPicture {
  readonly data: Buffer;
  readonly info: { readonly width: number; readonly height: number; readonly channels: 1 | 2 | 3 | 4 };
}

export type Look = Pick<ImageContent, "dominantColours" | "perceptualHash">;

/** All that needs pixels is made from one small picture, so that the image itself is decoded once. */
export async function lookOf({ data, info }: SmallPicture): Promise<Look> {
  const image = rawImage(data, info.width, info.height, info.channels);
  const [colours, grey] = await Promise.all([
    image
      .clone()
      .resize({ width: COLOUR_PIXELS, height: COLOUR_PIXELS, fit: "inside", withoutEnlargement: true })
      .toColourspace("srgb")
      .ensureAlpha()
      .raw()
      .toBuffer(),
    image
      .clone()
      .flatten({ background: "#fff" })
      .resize({ width: HASHED_PIXELS, height: HASHED_PIXELS, fit: "fill" })
      .greyscale()
      .toColourspace("b-w")
      .raw()
      .toBuffer(),
  ]);
  const dominant = dominantColours(colours);
  return {
    ...(dominant.length > 0 && { dominantColours: dominant }),
    perceptualHash: perceptualHash(grey),
  };
}

/** Writes both thumbnails as WebP. */
export async function writeThumbnails({ data, info }: SmallPicture, folder: string): Promise<Artifact[]> {
  const image = rawImage(data, info.width, info.height, info.channels);
  await Promise.all([
    image.clone().webp().toFile(join(folder, "thumbnail-large.webp")),
    image
      .clone()
      .resize({
        width: THUMBNAIL_SIZES.small,
        height: THUMBNAIL_SIZES.small,
        fit: "inside",
        withoutEnlargement: true,
      })
      .webp()
      .toFile(join(folder, "thumbnail-small.webp")),
  ]);
  return ["thumbnail-large.webp", "thumbnail-small.webp"].map((name) => ({
    name,
    contentType: "image/webp",
  }));
}
