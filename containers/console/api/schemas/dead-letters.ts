import { z } from "@hono/zod-openapi";

export const queueName = z.string().regex(/^[a-z][a-z0-9-]{0,79}$/, "lower-case letters, digits and hyphens");

export const replayRequest = z.strictObject({
  /** Only say what would go where. */
  dryRun: z.boolean().default(false),
});

/** What became of the dead letters of one queue. */
export const replayedLetters = z
  .strictObject({
    queue: z.string(),
    dryRun: z.boolean(),
    /** Messages that were there at the start. */
    found: z.int(),
    /** How many were put back, or with `dryRun` would be, by where they go. */
    returned: z.record(z.string(), z.int()),
    /** How many stay, by why. */
    stays: z.record(z.string(), z.int()),
    /** Whether there are more than one call takes: call again. */
    more: z.boolean(),
  })
  .openapi("ReplayedLetters");
export type ReplayedLetters = z.output<typeof replayedLetters>;
