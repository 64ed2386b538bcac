import sharp, { type Sharp } from "sharp";

/** A picture of three bands of colour. */
export function bands(width = 300, height = 200): Sharp {
  const raw = Buffer.alloc(width * height * 3);
  for (let at = 0; at < width * height; at++) {
    const y = Math.floor(at / width);
    const colour = y < height * 0.6 ? [200, 30, 30] : y < height * 0.9 ? [30, 30, 200] : [250, 250, 250];
    raw.set(colour, at * 3);
  }
  return sharp(raw, { raw: { width, height, channels: 3 } });
}
