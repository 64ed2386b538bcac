import * as z from "zod";

/** What the document says of an image. */
export const imageContent = z.strictObject({
  /** Pixels, as the image is shown: after its EXIF orientation. */
  width: z.int().nonnegative(),
  height: z.int().nonnegative(),
  /** sRGB, CMYK, grey …, as libvips names it. */
  colourSpace: z.string(),
  channels: z.int().positive(),
  /** Of one channel's value: `uchar` is eight bits. */
  depth: z.string(),
  hasAlpha: z.boolean(),
  hasColourProfile: z.boolean(),
  /** Dots per inch. */
  density: z.number().optional(),
  /** Interlaced or progressive. */
  progressive: z.boolean().optional(),
  /** Frames of an animation, pages of a TIFF. */
  frames: z.int().positive().optional(),
  /** From 1 to 8, as EXIF has it. */
  orientation: z.int().optional(),
  exif: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  /** The image says where it was taken. */
  hasLocation: z.boolean(),
  /** Degrees and metres; only where the deployment asks for it. */
  location: z
    .strictObject({ latitude: z.number(), longitude: z.number(), altitude: z.number().optional() })
    .optional(),
  /** The most frequent first; `share` of the visible pixels. */
  dominantColours: z.array(z.strictObject({ colour: z.string(), share: z.number() })).optional(),
  /** 64 bits in hexadecimal: images that look alike differ in few of them. DCT of 32 × 32 grey pixels. */
  perceptualHash: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
  /** Of SVG: what was taken out for the sanitized copy. */
  removed: z.array(z.strictObject({ what: z.string(), count: z.int().positive() })).optional(),
});
export type ImageContent = z.infer<typeof imageContent>;
