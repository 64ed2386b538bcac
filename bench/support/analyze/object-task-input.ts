import * as z from "zod";

/** What `object-task.ts` is told on its command line. */
export const objectTask = z.object({
  object: z.object({ bucket: z.string(), key: z.string(), etag: z.string(), size: z.int() }),
  threads: z.int(),
  /** Of the whole task. */
  memoryMiB: z.int(),
});

/** What it answers. */
export const objectTaskAnswer = z.object({
  seconds: z.number(),
  stageSeconds: z.number(),
  peakBytes: z.number(),
});
