import * as z from "zod";

/** One track of a container. */
const mediaStream = z.strictObject({
  kind: z.enum(["audio", "video", "subtitle", "other"]),
  codec: z.string().optional(),
  language: z.string().optional(),
  /** Hertz. */
  sampleRate: z.number().optional(),
  channels: z.number().optional(),
  bitsPerSample: z.number().optional(),
  /** Bits per second. */
  bitrate: z.number().optional(),
  /** Pixels. */
  width: z.number().optional(),
  height: z.number().optional(),
});

/** What the document says of sound and moving pictures. */
export const mediaContent = z.strictObject({
  container: z.string(),
  durationSeconds: z.number().nonnegative().optional(),
  streams: z.array(mediaStream),
  lossless: z.boolean().optional(),
  /** Title, artist, album …, as tagged. */
  tags: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type MediaContent = z.infer<typeof mediaContent>;
