import sharp, { type Sharp, type SharpOptions } from "sharp";

// Whatever a file claims to be, no other loaders of libvips see it.
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
  operation: ["Jpeg", "Png", "Webp", "Heif", "Nsgif", "Tiff", "Svg"].map((name) => `VipsForeignLoad${name}`),
});
// Every object is another: what is kept from one helps no other.
sharp.cache(false);

export type { Metadata } from "sharp";

/** An image that is read from its first line to its last, without its animation. */
export function openImage(source: string | Buffer, threads: number, options: SharpOptions = {}): Sharp {
  sharp.concurrency(threads);
  return sharp(source, { limitInputPixels: false, sequentialRead: true, ...options });
}

/** Pixels that are in memory already. */
export function rawImage(pixels: Buffer, width: number, height: number, channels: 1 | 2 | 3 | 4): Sharp {
  return sharp(pixels, { raw: { width, height, channels }, limitInputPixels: false });
}
